#include "rtl/accelerator/compute/pe_line.hpp"

#include "compute/optional_ports.hpp"
#include "rtl/accelerator/compute/arithmetic.hpp"
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
      shift(input_if<UInt>(point.rebuild, p, "shift", 5)),
      merge_segment(p.input<UInt>("merge_segment", segment_bits(point))),
      sums(p.output<UInt>("sums", point.macs * 32)) {}

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
    engine.fill_column <<= *controls.fill_column;
    engine.fill_index <<= *controls.fill_index;
    engine.bypass <<= *controls.fill_bypass;
    engine.run_index <<= controls.run_index;
    engine.basis <<= *io.basis;
    engine.shift <<= *io.shift;
    weight <<= engine.weight;
  } else {
    auto hold = instance<WeightHold>("u_hold", point);
    hold.load <<= controls.load;
    hold.bank <<= *controls.load_bank;
    hold.word <<= io.word;
    hold.run_index <<= controls.run_index;
    weight <<= hold.weight;
  }

  // The sums of a segment, all lanes, are one word: a simulator then writes one word a line.
  auto held = wire<UInt>("held", point.macs * 32);
  std::vector<UInt> after;
  for (int lane = 0; lane < point.macs; ++lane) {
    const std::string mac_name = "u_mac" + std::to_string(lane);
    const SInt sum = held.bits(lane * 32 + 31, lane * 32).as_sint();
    if (point.mac_kind == design::MacKind::parallel) {
      auto mac = instance<MacParallel>(mac_name);
      mac.weight <<= weight;
      mac.activation <<= controls.activations->bits(lane * 8 + 7, lane * 8).as_sint();
      mac.replace <<= controls.replace;
      mac.before <<= sum;
      after.push_back(mac.after.as_uint());
    } else {
      auto mac = instance<MacBooth>(mac_name);
      mac.weight <<= weight;
      mac.digit <<= controls.digit->bit(lane);
      mac.negate <<= controls.negate->bit(lane);
      mac.shift <<= controls.shift->bits(lane * 3 + 2, lane * 3);
      mac.replace <<= controls.replace;
      mac.before <<= sum;
      after.push_back(mac.after.as_uint());
    }
  }
  if (point.block_segments == 1) {
    auto sums = reg<UInt>("sums", no_reset, point.macs * 32);
    held <<= sums;
    when(controls.enable, [&] { sums <<= pack_low_first(after); });
    io.sums <<= sums;
  } else {
    auto sums = memory("sums", point.block_segments, point.macs * 32);
    held <<= sums.read(controls.segment);
    when(controls.enable, [&] { sums.write(controls.segment, pack_low_first(after)); });
    io.sums <<= sums.read(io.merge_segment);
  }
}

}  // namespace sd::rtl
