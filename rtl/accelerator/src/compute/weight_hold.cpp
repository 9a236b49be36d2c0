#include "rtl/accelerator/compute/weight_hold.hpp"

#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using namespace hcl;

WeightHoldIo::WeightHoldIo(Ports& p, const design::DesignPoint& point)
    : load(p.input<Bool>("load")),
      bank(p.input<Bool>("bank")),
      word(p.input<UInt>("word", point.row_bits())),
      run_index(p.input<UInt>("run_index", run_index_bits(point))),
      weight(p.output<SInt>("weight", 8)) {}

WeightHold::WeightHold(Context& at, const design::DesignPoint& point)
    : Module(at, ModuleName("weight_hold").about("Two banks of weights that arrive ready for use."),
             point) {
  auto low = reg<UInt>("low", no_reset, point.row_bits());
  auto high = reg<UInt>("high", no_reset, point.row_bits());
  when(io.load & ~io.bank, [&] { low <<= io.word; });
  when(io.load & io.bank, [&] { high <<= io.word; });
  io.weight <<= byte_at(name("banks", cat(high, low)), io.run_index).as_sint();
}

}  // namespace sd::rtl
