// The token counters against plain counting.
#include "formal/proofs.hpp"
#include "properties/handshake.hpp"
#include "properties/helpers.hpp"
#include "rtl/accelerator/control/command_format.hpp"
#include "rtl/accelerator/control/dependency_tokens.hpp"

namespace sd::formal {

using namespace hcl;

namespace {

Task token_task() {
  std::vector<Probe> probes;
  const auto design = elaborate(ModuleName("token_properties"), [&](TopModule& m) {
    auto clear = m.input<Bool>("clear");
    auto dut = m.instance<rtl::DependencyTokens>("u_dut");
    dut.clear <<= clear;
    ProbeList list(m);
    const auto counter = [&](const std::string& name,
                             const rtl::DependencyTokensIo::Counter& port) {
      auto push = m.input<Bool>(name + "_push");
      auto pop = m.input<Bool>(name + "_pop");
      port.push <<= push;
      port.pop <<= pop;
      auto tokens = m.reg<UInt>(name + "_tokens", Reset{0}, rtl::token_bits + 1);
      const int largest = (1 << rtl::token_bits) - 1;
      m.assume_(name + "_pops_what_is_there", implies(pop, port.available));
      // A token is never made out of nothing, and the 256th is the first to be lost.
      const UInt after =
          m.name(name + "_after", wrap(wrap(tokens + push.as_uint()) - pop.as_uint()));
      tokens <<= mux(clear, u(0, rtl::token_bits + 1), mux(after > largest, tokens, after));
      m.assert_(name + "_available_iff_waiting", port.available == (tokens != 0));
      const UInt inside = list.word(name, "u_dut." + name + "_q", rtl::token_bits);
      m.assert_(name + "_count", tokens == inside.extend(rtl::token_bits + 1));
      m.cover_(name + "_three_wait", tokens == 3);
      m.cover_(name + "_push_and_pop", push & pop & (tokens == 2));
    };
    counter("load_to_compute", dut.load_to_compute);
    counter("compute_to_load", dut.compute_to_load);
    counter("compute_to_store", dut.compute_to_store);
    counter("store_to_compute", dut.store_to_compute);
    counter("store_to_load", dut.store_to_load);
    probes = list.probes();
  });
  return task(design, probes);
}

}  // namespace

std::vector<Proof> token_proofs() {
  Proof proof;
  proof.name = "dependency_tokens";
  proof.what = "DependencyTokens: each counter holds pushes less pops, up to 255, and never wraps";
  proof.parameters = "as in the product";
  proof.method = Method::induction;
  proof.depth = 1;
  proof.cover_depth = 8;
  proof.task = token_task;
  proof.fault_modules = {"dependency_tokens"};
  proof.faults = 8;
  proof.faults_refuted_at_least = 5;
  proof.fault_depth = 6;
  return {proof};
}

}  // namespace sd::formal
