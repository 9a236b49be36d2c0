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
      basis(input_if<Vec<UInt>>(point.rebuild, p, "basis", point.rank, 8)),
      shift(input_if<UInt>(point.rebuild, p, "shift", 5)),
      merge_group(
          p.input<UInt>("merge_group", bits_for(point.block_segments / merge_width(point) - 1))),
      sums(p.output<Vec<UInt>>("sums", merge_width(point), point.macs * 32)) {}

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
  auto after = wire<UInt>("after", point.macs * 32);
  const auto connect = [&](const auto& mac) {
    mac.weight <<= weight;
    mac.replace <<= controls.replace;
    mac.before <<= held;
    after <<= mac.after;
  };
  if (point.mac_kind == design::MacKind::parallel) {
    auto mac = instance<MacParallel>("u_mac", point.macs);
    connect(mac);
    mac.activations <<= *controls.activations;
  } else {
    auto mac = instance<MacBooth>("u_mac", point.macs);
    connect(mac);
    mac.digit <<= *controls.digit;
    mac.negate <<= *controls.negate;
    mac.shift <<= *controls.shift;
  }
  if (point.block_segments == 1) {
    auto sums = reg<UInt>("sums", no_reset, point.macs * 32);
    held <<= sums;
    when(controls.enable, [&] { sums <<= after; });
    io.sums[0] <<= sums;
  } else {
    auto sums = memory("sums", point.block_segments, point.macs * 32);
    held <<= sums.read(controls.segment);
    when(controls.enable, [&] { sums.write(controls.segment, after); });
    for (int g = 0; g < merge_width(point); ++g)
      io.sums[g] <<= sums.read(segment_of_group(point, io.merge_group, g));
  }
}

}  // namespace sd::rtl
