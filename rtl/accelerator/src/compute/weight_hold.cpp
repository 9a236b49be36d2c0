#include "rtl/accelerator/compute/weight_hold.hpp"

#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using namespace hcl;

WeightHoldIo::WeightHoldIo(Ports& p, const design::DesignPoint& point)
    : load(p.input<Bool>("load")),
      words(p.input<UInt>("words", point.row_bits())),
      start(p.input<Bool>("start")),
      step(p.input<UInt>("step", step_bits(point))),
      weight(p.output<SInt>("weight", 8)) {}

WeightHold::WeightHold(Context& at, const design::DesignPoint& point)
    : Module(at, ModuleName("weight_hold").with("COLUMNS", point.columns), point) {
  auto waiting = reg<UInt>("waiting", no_reset, point.columns * 8);
  auto running = reg<UInt>("running", no_reset, point.columns * 8);
  when(io.load, [&] { waiting <<= io.words; });
  when(io.start, [&] { running <<= waiting; });
  io.weight <<= byte_at(running, io.step).as_sint();
}

}  // namespace sd::rtl
