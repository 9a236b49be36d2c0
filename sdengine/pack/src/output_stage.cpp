#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sdengine/pack/packed_model.hpp"

namespace sd::pack {

namespace {

constexpr int largest_shift = 47;
constexpr double largest_multiplier = 32767;

}  // namespace

std::int8_t apply(const OutputStage& stage, std::int32_t accumulator, bool relu) {
  const std::int64_t sum = std::int64_t{accumulator} + stage.bias;
  const std::int64_t value = round_shift(sum * stage.multiplier, stage.shift);
  return static_cast<std::int8_t>(std::clamp<std::int64_t>(value, relu ? 0 : -128, 127));
}

OutputStage stage_for(double factor) {
  if (!std::isfinite(factor) || factor < 0 || factor >= largest_multiplier + 0.5)
    throw PackError(
        fmt::format("a requantisation factor of {} cannot be held by a 15-bit multiplier; check "
                    "the activation ranges",
                    factor));
  OutputStage stage;
  if (factor == 0) return stage;
  // factor = fraction * 2^exponent with fraction in [0.5, 1): shifted by 15 - exponent it fills 15
  // bits.
  int exponent = 0;
  std::frexp(factor, &exponent);
  int shift = std::clamp(15 - exponent, 0, largest_shift);
  double multiplier = std::nearbyint(std::ldexp(factor, shift));
  if (multiplier > largest_multiplier) {  // a fraction next to 1 rounds up to 2^15
    if (shift > 0) --shift;
    multiplier = std::min(largest_multiplier, std::nearbyint(std::ldexp(factor, shift)));
  }
  stage.multiplier = static_cast<std::int16_t>(multiplier);
  stage.shift = static_cast<std::uint8_t>(shift);
  return stage;
}

}  // namespace sd::pack
