#include "rtl/accelerator/compute/weight_hold.hpp"

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
  auto weights = memory("weights", 2 * point.columns, 8);
  const int index_bits = run_index_bits(point);
  when(io.load, [&] {
    for (int c = 0; c < point.columns; ++c)
      weights.write(mux(io.bank, u(point.columns + c, index_bits), u(c, index_bits)),
                    io.word.bits(c * 8 + 7, c * 8));
  });
  io.weight <<= weights.read(io.run_index).as_sint();
}

}  // namespace sd::rtl
