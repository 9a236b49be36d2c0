#include "rtl/accelerator/compute/mac.hpp"

namespace sd::rtl {

using namespace hcl;

MacParallelIo::MacParallelIo(Ports& p)
    : weight(p.input<SInt>("weight", 8)),
      activation(p.input<SInt>("activation", 8)),
      replace(p.input<Bool>("replace")),
      before(p.input<SInt>("before", 32)),
      after(p.output<SInt>("after", 32)) {}

MacParallel::MacParallel(Context& at)
    : Module(at, ModuleName("mac_parallel").about("Multiply-accumulate, one product a cycle.")) {
  io.after <<= wrap(mux(io.replace, s(0, 32), io.before) + io.weight * io.activation);
}

MacBoothIo::MacBoothIo(Ports& p)
    : weight(p.input<SInt>("weight", 8)),
      digit(p.input<Bool>("digit")),
      negate(p.input<Bool>("negate")),
      shift(p.input<UInt>("shift", 3)),
      replace(p.input<Bool>("replace")),
      before(p.input<SInt>("before", 32)),
      after(p.output<SInt>("after", 32)) {}

MacBooth::MacBooth(Context& at)
    : Module(at, ModuleName("mac_booth").about("Multiply-accumulate, one Booth digit a cycle.")) {
  // One adder for both signs: -x is ~x + 1.
  const SInt multiple = mux(io.digit, dshl(io.weight, io.shift, 15), s(0, 15));
  const SInt carry = cat(u(0, 1), io.negate).as_sint();
  io.after <<= wrap(
      wrap(mux(io.replace, s(0, 32), io.before) + mux(io.negate, ~multiple, multiple)) + carry);
}

}  // namespace sd::rtl
