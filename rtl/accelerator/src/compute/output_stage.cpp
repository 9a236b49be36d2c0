#include "rtl/accelerator/compute/output_stage.hpp"

#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using namespace hcl;

OutputStageIo::OutputStageIo(Ports& p, const design::DesignPoint& point)
    : valid(p.input<Bool>("valid")),
      sums(p.input<Vec<SInt>>("sums", point.macs, 32)),
      record(p.input<UInt>("record", 64)),
      lanes(p.input<UInt>("lanes", lane_count_bits(point))),
      relu(p.input<Bool>("relu")),
      word(p.output<UInt>("word", point.macs * 8)) {}

OutputStage::OutputStage(Context& at, const design::DesignPoint& point)
    : Module(at,
             ModuleName("output_stage")
                 .about("Bias, multiplier, rounding shift, ReLU and saturation."),
             point) {
  const SInt bias = io.record.bits(31, 0).as_sint();
  auto multiplier = reg<UInt>("multiplier", no_reset, 15);
  auto biased_shift = reg<UInt>("biased_shift", no_reset, 6);
  auto biased_lanes = reg<UInt>("biased_lanes", no_reset, lane_count_bits(point));
  auto biased_valid = reg<Bool>("biased_valid", Reset{0});
  auto shift = reg<UInt>("shift", no_reset, 6);
  auto lanes = reg<UInt>("lanes", no_reset, lane_count_bits(point));
  biased_valid <<= io.valid;
  when(io.valid, [&] {
    multiplier <<= io.record.bits(46, 32);
    biased_shift <<= io.record.bits(53, 48);
    biased_lanes <<= io.lanes;
  });
  when(biased_valid, [&] {
    shift <<= biased_shift;
    lanes <<= biased_lanes;
  });

  std::vector<UInt> bytes;
  for (int lane = 0; lane < point.macs; ++lane) {
    const std::string number = std::to_string(lane);
    auto biased = reg<SInt>("biased" + number, no_reset, 33);
    auto product = reg<SInt>("product" + number, no_reset, 48);
    when(io.valid, [&] { biased <<= io.sums[lane] + bias; });
    when(biased_valid,
         [&] { product <<= (biased * multiplier.extend(16).as_sint()).truncate(48); });
    const SInt scaled = name("scaled" + number, round_shift(product, shift));
    const Bool cut = io.relu & (scaled < 0);
    bytes.push_back(mux((lanes > lane) & ~cut, saturate_8(scaled).as_uint(), u(0, 8)));
  }
  io.word <<= pack_low_first(bytes);
}

}  // namespace sd::rtl
