#include "rtl/accelerator/compute/mac.hpp"

namespace sd::rtl {

using namespace hcl;

MacParallelIo::MacParallelIo(Ports& p)
    : enable(p.input<Bool>("enable")),
      clear(p.input<Bool>("clear")),
      weight(p.input<SInt>("weight", 8)),
      activation(p.input<SInt>("activation", 8)),
      sum(p.output<SInt>("sum", 32)) {}

MacParallel::MacParallel(Context& at)
    : Module(at, ModuleName("mac_parallel").about("Multiply-accumulate, one product a cycle.")) {
  auto sum = reg<SInt>("sum", Reset{0}, 32);
  when(io.clear, [&] { sum <<= s(0, 32); }).elsewhen(io.enable, [&] {
    sum <<= wrap(sum + io.weight * io.activation);
  });
  io.sum <<= sum;
}

MacBoothIo::MacBoothIo(Ports& p)
    : enable(p.input<Bool>("enable")),
      clear(p.input<Bool>("clear")),
      weight(p.input<SInt>("weight", 8)),
      negate(p.input<Bool>("negate")),
      shift(p.input<UInt>("shift", 3)),
      sum(p.output<SInt>("sum", 32)) {}

MacBooth::MacBooth(Context& at)
    : Module(at, ModuleName("mac_booth").about("Multiply-accumulate, one Booth digit a cycle.")) {
  auto sum = reg<SInt>("sum", Reset{0}, 32);
  when(io.clear, [&] { sum <<= s(0, 32); }).elsewhen(io.enable, [&] {
    // One adder for both signs: -x is ~x + 1.
    const SInt multiple = name("multiple", dshl(io.weight, io.shift, 15));
    const SInt carry = cat(u(0, 1), io.negate).as_sint();
    sum <<= wrap(wrap(sum + mux(io.negate, ~multiple, multiple)) + carry);
  });
  io.sum <<= sum;
}

}  // namespace sd::rtl
