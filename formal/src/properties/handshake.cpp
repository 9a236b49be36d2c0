#include "properties/handshake.hpp"

#include "formal/proofs.hpp"

namespace sd::formal {
namespace {

std::vector<Proof> joined(const std::vector<std::vector<Proof> (*)()>& groups) {
  std::vector<Proof> all;
  for (auto* group : groups)
    for (Proof& proof : group()) all.push_back(std::move(proof));
  return all;
}

}  // namespace

std::vector<Proof> handshake_proofs() {
  return joined({&fifo_proofs, &unit_queue_proofs, &width_converter_proofs, &token_proofs});
}

std::vector<Proof> axi_proofs() {
  return joined({&burst_splitter_proofs, &read_engine_proofs, &write_engine_proofs});
}

std::vector<Proof> open_proofs() {
  return index_selector_proofs();
}

}  // namespace sd::formal
