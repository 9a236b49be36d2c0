#include "rtl/accelerator/control/dependency_tokens.hpp"

#include "rtl/accelerator/control/command_format.hpp"

namespace sd::rtl {

using namespace hcl;

DependencyTokensIo::Counter::Counter(Ports& p, const std::string& name)
    : push(p.input<Bool>(name + "_push")),
      pop(p.input<Bool>(name + "_pop")),
      available(p.output<Bool>(name + "_available")) {}

DependencyTokensIo::DependencyTokensIo(Ports& p)
    : clear(p.input<Bool>("clear")),
      load_to_compute(p, "load_to_compute"),
      compute_to_load(p, "compute_to_load"),
      compute_to_store(p, "compute_to_store"),
      store_to_compute(p, "store_to_compute"),
      store_to_load(p, "store_to_load") {}

DependencyTokens::DependencyTokens(Context& at)
    : Module(at, ModuleName("dependency_tokens")
                     .about("Token counters that order load, compute and store.")) {
  const auto count = [&](const std::string& counter_name, const DependencyTokensIo::Counter& port) {
    auto tokens = reg<UInt>(counter_name, Reset{0}, token_bits);
    const Bool full = reduce_and(tokens);
    when(port.push & !port.pop & !full, [&] {
      tokens <<= wrap(tokens + 1);
    }).elsewhen(port.pop & !port.push, [&] { tokens <<= wrap(tokens - 1); });
    when(io.clear, [&] { tokens <<= 0; });
    port.available <<= tokens != 0;
    assert_(counter_name + "_not_below_zero", !port.pop | (tokens != 0));
  };
  count("load_to_compute", io.load_to_compute);
  count("compute_to_load", io.compute_to_load);
  count("compute_to_store", io.compute_to_store);
  count("store_to_compute", io.store_to_compute);
  count("store_to_load", io.store_to_load);
}

}  // namespace sd::rtl
