#include "rtl/accelerator/compute/mac.hpp"

#include "rtl/accelerator/compute/arithmetic.hpp"

namespace sd::rtl {

using namespace hcl;

namespace {

UInt lane_of(const UInt& lanes, int lane, int width) {
  return lanes.bits((lane + 1) * width - 1, lane * width);
}

}  // namespace

MacParallelIo::MacParallelIo(Ports& p, int lanes)
    : weight(p.input<SInt>("weight", 8)),
      activations(p.input<UInt>("activations", lanes * 8)),
      replace(p.input<Bool>("replace")),
      before(p.input<UInt>("before", lanes * 32)),
      after(p.output<UInt>("after", lanes * 32)) {}

MacParallel::MacParallel(Context& at, int lanes)
    : Module(at, ModuleName("mac_parallel").about("Multiply-accumulate, one product a cycle."),
             lanes) {
  // Operands as wide as the sum, each a signal of its own: synthesis trims them to the eight bits
  // that they are, and a simulator extends each once, not in every slice.
  const SInt weight = name("weight", io.weight.extend(32));
  std::vector<UInt> after;
  for (int lane = 0; lane < lanes; ++lane) {
    const SInt activation = name("activation" + std::to_string(lane),
                                 lane_of(io.activations, lane, 8).as_sint().extend(32));
    const SInt product = (weight * activation).truncate(32);
    const SInt before = mux(io.replace, s(0, 32), lane_of(io.before, lane, 32).as_sint());
    after.push_back(wrap(before + product).as_uint());
  }
  io.after <<= pack_low_first(after);
}

MacBoothIo::MacBoothIo(Ports& p, int lanes)
    : weight(p.input<SInt>("weight", 8)),
      digit(p.input<UInt>("digit", lanes)),
      negate(p.input<UInt>("negate", lanes)),
      shift(p.input<UInt>("shift", lanes * 3)),
      replace(p.input<Bool>("replace")),
      before(p.input<UInt>("before", lanes * 32)),
      after(p.output<UInt>("after", lanes * 32)) {}

MacBooth::MacBooth(Context& at, int lanes)
    : Module(at, ModuleName("mac_booth").about("Multiply-accumulate, one Booth digit a cycle."),
             lanes) {
  std::vector<UInt> after;
  for (int lane = 0; lane < lanes; ++lane) {
    // One adder for both signs: -x is ~x + 1.
    const SInt multiple =
        mux(io.digit.bit(lane), dshl(io.weight, lane_of(io.shift, lane, 3), 15), s(0, 15));
    const Bool negate = io.negate.bit(lane);
    const SInt carry = cat(u(0, 1), negate).as_sint();
    const SInt before = mux(io.replace, s(0, 32), lane_of(io.before, lane, 32).as_sint());
    after.push_back(wrap(wrap(before + mux(negate, ~multiple, multiple)) + carry).as_uint());
  }
  io.after <<= pack_low_first(after);
}

}  // namespace sd::rtl
