#include "rtl/accelerator/compute/pe_line.hpp"

#include "compute/optional_ports.hpp"
#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/compute/mac.hpp"
#include "rtl/accelerator/compute/rebuild_engine.hpp"
#include "rtl/accelerator/compute/weight_hold.hpp"

namespace sd::rtl {

using namespace hcl;

PeLineIo::PeLineIo(Ports& p, const design::DesignPoint& point)
    : controls(p.input<LineControls>("controls", point)),
      word(p.input<UInt>("word", point.row_bits())),
      basis(input_if<Vec<UInt>>(point.rebuild, p, "basis", point.rank, point.columns * 8)),
      shift(input_if<UInt>(point.rebuild, p, "shift", 4)),
      bypass(input_if<Bool>(point.rebuild, p, "bypass")),
      sums(p.output<Vec<SInt>>("sums", point.macs, 32)) {}

PeLine::PeLine(Context& at, const design::DesignPoint& point)
    : Module(at, ModuleName("pe_line").about("The weights of a row, and the MACs that share them."),
             point) {
  const LineControls& controls = io.controls;
  auto weight = wire<SInt>("weight", 8);
  if (point.rebuild) {
    auto engine = instance<RebuildEngine>("u_engine", point);
    engine.load <<= controls.load;
    engine.codes <<= io.word;
    engine.fill <<= *controls.fill;
    engine.column <<= *controls.column;
    engine.fill_mask <<= *controls.fill_mask;
    engine.run_index <<= controls.run_index;
    engine.basis <<= *io.basis;
    engine.shift <<= *io.shift;
    engine.bypass <<= *io.bypass;
    weight <<= engine.weight;
  } else {
    auto hold = instance<WeightHold>("u_hold", point);
    hold.load <<= controls.load;
    hold.bank <<= *controls.bank;
    hold.word <<= io.word;
    hold.run_index <<= controls.run_index;
    weight <<= hold.weight;
  }

  for (int lane = 0; lane < point.macs; ++lane) {
    const std::string mac_name = "u_mac" + std::to_string(lane);
    if (point.mac_kind == design::MacKind::parallel) {
      auto mac = instance<MacParallel>(mac_name);
      mac.enable <<= controls.enable.bit(lane);
      mac.clear <<= controls.clear;
      mac.weight <<= weight;
      mac.activation <<= (*controls.activation)[lane];
      io.sums[lane] <<= mac.sum;
    } else {
      auto mac = instance<MacBooth>(mac_name);
      mac.enable <<= controls.enable.bit(lane);
      mac.clear <<= controls.clear;
      mac.weight <<= weight;
      mac.negate <<= controls.negate->bit(lane);
      mac.shift <<= (*controls.shift)[lane];
      io.sums[lane] <<= mac.sum;
    }
  }
}

}  // namespace sd::rtl
