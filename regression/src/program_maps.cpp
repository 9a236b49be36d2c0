#include "program_maps.hpp"

#include <algorithm>

namespace sd::regression {

namespace {

std::int64_t round_shift(std::int64_t value, int shift) {
  return shift == 0 ? value : (value + (std::int64_t{1} << (shift - 1))) >> shift;
}

bool inside(const Map& map, int y, int x) {
  return y >= 0 && y < map.height && x >= 0 && x < map.width;
}

/// Calls visit(value) for every value that a window meets.
template <class Visit>
void visit_window(const Map& input, const Pooling& p, int c, int oy, int ox, Visit visit) {
  for (int i = 0; i < p.window_rows; ++i)
    for (int j = 0; j < p.window_columns; ++j) {
      const int y = oy * p.stride_y - p.pad_top + i, x = ox * p.stride_x - p.pad_left + j;
      if (inside(input, y, x)) visit(input.at(c, y, x));
    }
}

}  // namespace

Map random_map(Dice& dice, int channels, int height, int width) {
  Map map(channels, height, width);
  const int largest = dice.chance(0.8) ? 127 : 3;
  const double zero_rows = dice.pick(0, 2) * 0.3, zeros = dice.pick(0, 1) * 0.2;
  for (int c = 0; c < channels; ++c)
    for (int y = 0; y < height; ++y) {
      if (dice.chance(zero_rows)) continue;
      for (int x = 0; x < width; ++x)
        if (!dice.chance(zeros))
          map.at(c, y, x) = static_cast<std::int8_t>(dice.pick(-largest - 1, largest));
    }
  return map;
}

std::int8_t requantised(std::int64_t sum, const Stage& stage, bool relu) {
  const std::int64_t value = round_shift((sum + stage.bias) * stage.multiplier, stage.shift);
  return static_cast<std::int8_t>(std::clamp<std::int64_t>(value, relu ? 0 : -128, 127));
}

std::int8_t requantised(std::int64_t sum, const Stage& stage, bool relu, ValueStage where,
                        ValueEvents& events) {
  const std::int64_t product = (sum + stage.bias) * stage.multiplier,
                     half = stage.shift == 0 ? 0 : std::int64_t{1} << (stage.shift - 1),
                     lost = product & (2 * half - (half == 0 ? 0 : 1)),
                     value = round_shift(product, stage.shift);
  events.count(where, lost == 0      ? ValueEvent::exact
                      : lost == half ? ValueEvent::tie
                      : lost > half  ? ValueEvent::rounds_up
                                     : ValueEvent::rounds_down);
  if (value > 127) events.count(where, ValueEvent::saturates_high);
  if (value < 0 && relu) events.count(where, ValueEvent::clipped);
  if (value < -128 && !relu) events.count(where, ValueEvent::saturates_low);
  return requantised(sum, stage, relu);
}

std::vector<std::int64_t> sums_of(const Map& input, const Convolution& l) {
  std::vector<std::int64_t> sums;
  for (int f = 0; f < l.filters; ++f)
    for (int oy = 0; oy < l.output_height; ++oy)
      for (int ox = 0; ox < l.output_width; ++ox) {
        std::int64_t sum = 0;
        for (int c = 0; c < l.channels; ++c)
          for (int r = 0; r < l.kernel_rows; ++r)
            for (int s = 0; s < l.kernel_columns; ++s)
              sum +=
                  input.padded(l.first_channel + c, oy * l.stride_y - l.pad_top + r * l.dilation_y,
                               ox * l.stride_x - l.pad_left + s * l.dilation_x) *
                  l.weights[l.weight(f, c, r, s)];
        sums.push_back(sum);
      }
  return sums;
}

bool every_window_meets(const Map& input, const Pooling& p) {
  for (int oy = 0; oy < p.output_height; ++oy)
    for (int ox = 0; ox < p.output_width; ++ox) {
      int values = 0;
      visit_window(input, p, 0, oy, ox, [&](int) { ++values; });
      if (values == 0) return false;
    }
  return true;
}

Map pooled(const Map& input, const Map* second, const Pooling& p, ValueEvents& events) {
  Map result(input.channels, p.output_height, p.output_width);
  for (int c = 0; c < input.channels; ++c)
    for (int oy = 0; oy < p.output_height; ++oy)
      for (int ox = 0; ox < p.output_width; ++ox) {
        std::int64_t sum = 0, largest = -128;
        visit_window(input, p, c, oy, ox, [&](std::int64_t value) {
          sum += value;
          largest = std::max(largest, value);
        });
        std::int64_t value = p.maximum ? largest : sum * p.first_multiplier;
        if (second != nullptr) value += std::int64_t{second->at(c, oy, ox)} * p.second_multiplier;
        result.at(c, oy, ox) = requantised(value, p.stage, p.relu, ValueStage::vector, events);
      }
  return result;
}

}  // namespace sd::regression
