#include "rtl/accelerator/compute/output_stage.hpp"

#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using namespace hcl;

namespace {

/// The residual addition's part of a segment, on its way beside the requantisation.
struct ResidualPart {
  Bool valid, relu;
  UInt data, shift, own_multiplier, multiplier;
  ResidualPart(Fields& f, const design::DesignPoint& point)
      : valid(f.field<Bool>("valid")),
        relu(f.field<Bool>("relu")),
        data(f.field<UInt>("data", point.macs * 8)),
        shift(f.field<UInt>("shift", 6)),
        own_multiplier(f.field<UInt>("own_multiplier", 15)),
        multiplier(f.field<UInt>("multiplier", 15)) {}
};

/// max?(value), saturated to 8 bits.
SInt finish(const SInt& value, const Bool& relu) {
  return mux(relu & (value < 0), s(0, 8), saturate_8(value));
}

}  // namespace

OutputStageIo::OutputStageIo(Ports& p, const design::DesignPoint& point)
    : valid(p.input<Bool>("valid")),
      sums(p.input<Vec<SInt>>("sums", point.macs, 32)),
      record(p.input<UInt>("record", 64)),
      lanes(p.input<UInt>("lanes", lane_count_bits(point))),
      relu(p.input<Bool>("relu")),
      residual(p.input<Bool>("residual")),
      residual_relu(p.input<Bool>("residual_relu")),
      residual_data(p.input<UInt>("residual_data", point.macs * 8)),
      residual_shift(p.input<UInt>("residual_shift", 6)),
      own_multiplier(p.input<UInt>("own_multiplier", 15)),
      residual_multiplier(p.input<UInt>("residual_multiplier", 15)),
      word(p.output<UInt>("word", point.macs * 8)) {}

OutputStage::OutputStage(Context& at, const design::DesignPoint& point)
    : Module(at,
             ModuleName("output_stage")
                 .about("Bias, multiplier, rounding shift, ReLU and saturation; then the residual "
                        "addition."),
             point) {
  // What a stage needs to know of its segment; stage i is i cycles behind `valid`. The word is made
  // of the last stage's registers.
  std::vector<Bool> valid{io.valid};
  std::vector<UInt> lanes{io.lanes};
  for (int i = 1; i <= latency; ++i) {
    const std::string stage = std::to_string(i);
    auto valid_now = reg<Bool>("valid" + stage, Reset{0});
    auto lanes_now = reg<UInt>("lanes" + stage, no_reset, lane_count_bits(point));
    valid_now <<= valid.back();
    when(valid.back(), [&] { lanes_now <<= lanes.back(); });
    valid.push_back(valid_now);
    lanes.push_back(lanes_now);
  }
  const auto is_valid = [&](int stage) { return valid[static_cast<std::size_t>(stage)]; };

  // Stages 1 to 3: bias, product, shift.
  auto multiplier = reg<UInt>("multiplier", no_reset, 15);
  auto shift1 = reg<UInt>("shift1", no_reset, 6);
  auto shift2 = reg<UInt>("shift2", no_reset, 6);
  auto relu1 = reg<Bool>("relu1", no_reset);
  auto relu2 = reg<Bool>("relu2", no_reset);
  when(is_valid(0), [&] {
    multiplier <<= io.record.bits(46, 32);
    shift1 <<= io.record.bits(53, 48);
    relu1 <<= io.relu;
  });
  when(is_valid(1), [&] {
    shift2 <<= shift1;
    relu2 <<= relu1;
  });

  // The residual's operands go beside them up to the result of stage 3.
  std::vector<ResidualPart> parts;
  for (int i = 1; i <= 3; ++i)
    parts.push_back(reg<ResidualPart>("residual" + std::to_string(i), no_reset, point));
  when(is_valid(0), [&] { parts[0].valid <<= io.residual; });
  when(is_valid(0) & io.residual, [&] {
    parts[0].relu <<= io.residual_relu;
    parts[0].data <<= io.residual_data;
    parts[0].shift <<= io.residual_shift;
    parts[0].own_multiplier <<= io.own_multiplier;
    parts[0].multiplier <<= io.residual_multiplier;
  });
  for (int i = 1; i < 3; ++i) {
    const ResidualPart &from = parts[static_cast<std::size_t>(i - 1)],
                       &to = parts[static_cast<std::size_t>(i)];
    when(is_valid(i), [&] { to.valid <<= from.valid; });
    when(is_valid(i) & from.valid, [&] {
      to.relu <<= from.relu;
      to.data <<= from.data;
      to.shift <<= from.shift;
      to.own_multiplier <<= from.own_multiplier;
      to.multiplier <<= from.multiplier;
    });
  }
  const ResidualPart& part = parts[2];
  auto adds = reg<Bool>("adds", no_reset);
  auto added_shift = reg<UInt>("added_shift", no_reset, 6);
  auto added_relu = reg<Bool>("added_relu", no_reset);
  when(is_valid(3), [&] { adds <<= part.valid; });
  when(is_valid(3) & part.valid, [&] {
    added_shift <<= part.shift;
    added_relu <<= part.relu;
  });

  const SInt bias = io.record.bits(31, 0).as_sint();
  std::vector<UInt> bytes;
  for (int lane = 0; lane < point.macs; ++lane) {
    const std::string number = std::to_string(lane);
    auto biased = reg<SInt>("biased" + number, no_reset, 33);
    auto product = reg<SInt>("product" + number, no_reset, 48);
    auto own = reg<SInt>("own" + number, no_reset, 8);
    // Stage 4: the two products' sum, or the result as it is.
    auto sum = reg<SInt>("sum" + number, no_reset, 24);
    when(is_valid(0), [&] { biased <<= io.sums[lane] + bias; });
    when(is_valid(1), [&] { product <<= (biased * as_signed(multiplier)).truncate(48); });
    when(is_valid(2), [&] { own <<= finish(round_shift(product, shift2), relu2); });
    const SInt other = part.data.bits(lane * 8 + 7, lane * 8).as_sint();
    when(is_valid(3) & part.valid, [&] {
      sum <<= wrap(own * as_signed(part.own_multiplier) + other * as_signed(part.multiplier));
    }).elsewhen(is_valid(3), [&] { sum <<= own; });
    auto value = wire<SInt>("value" + number, 8);
    value <<= sum.truncate(8);
    when(adds, [&] { value <<= finish(round_shift(sum, added_shift), added_relu); });
    bytes.push_back(mux(lanes.back() > lane, value.as_uint(), u(0, 8)));
  }
  io.word <<= pack_low_first(bytes);
}

}  // namespace sd::rtl
