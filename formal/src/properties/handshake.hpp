// The proofs of control, block by block.
#pragma once

#include <vector>

#include "formal/proof.hpp"

namespace sd::formal {

[[nodiscard]] std::vector<Proof> fifo_proofs();
[[nodiscard]] std::vector<Proof> unit_queue_proofs();
[[nodiscard]] std::vector<Proof> width_converter_proofs();
[[nodiscard]] std::vector<Proof> token_proofs();

[[nodiscard]] std::vector<Proof> index_selector_proofs();

[[nodiscard]] std::vector<Proof> burst_splitter_proofs();
[[nodiscard]] std::vector<Proof> read_engine_proofs();
[[nodiscard]] std::vector<Proof> write_engine_proofs();

}  // namespace sd::formal
