// Feature maps and layers computed directly, from docs/numerics.md and nothing else: what the
// programs of program_random.hpp are held against.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "regression/random_program.hpp"

namespace sd::regression {

/// The same numbers on every machine, which the standard library's distributions are not.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  int pick(int least, int most) {
    return least + static_cast<int>(random_() % (static_cast<std::uint64_t>(most - least) + 1));
  }
  bool chance(double probability) { return unit() < probability; }
  double between(double least, double most) { return least + (most - least) * unit(); }
  std::uint64_t seed() { return random_(); }

 private:
  double unit() { return static_cast<double>(random_() >> 11) * 0x1p-53; }
  std::mt19937_64 random_;
};

struct Map {
  int channels = 0, height = 0, width = 0;
  std::vector<std::int8_t> values;  ///< [channels][height][width]

  Map() = default;
  Map(int c, int h, int w)
      : channels(c),
        height(h),
        width(w),
        values(static_cast<std::size_t>(c) * static_cast<std::size_t>(h) *
               static_cast<std::size_t>(w)) {}
  [[nodiscard]] std::size_t index(int c, int y, int x) const {
    return (static_cast<std::size_t>(c) * static_cast<std::size_t>(height) +
            static_cast<std::size_t>(y)) *
               static_cast<std::size_t>(width) +
           static_cast<std::size_t>(x);
  }
  [[nodiscard]] std::int8_t at(int c, int y, int x) const { return values[index(c, y, x)]; }
  std::int8_t& at(int c, int y, int x) { return values[index(c, y, x)]; }
  /// 0 outside.
  [[nodiscard]] int padded(int c, int y, int x) const {
    return c >= channels || y < 0 || y >= height || x < 0 || x >= width ? 0 : at(c, y, x);
  }
};

/// Values of all sizes, some zero, and some rows of zeros only.
[[nodiscard]] Map random_map(Dice& dice, int channels, int height, int width);

struct Stage {
  std::int64_t bias = 0, multiplier = 0;
  int shift = 0;
};
/// sat_8(max?(round_shift((sum + bias) * multiplier, shift)))
[[nodiscard]] std::int8_t requantised(std::int64_t sum, const Stage& stage, bool relu);
/// The same, and what happened on the way.
[[nodiscard]] std::int8_t requantised(std::int64_t sum, const Stage& stage, bool relu,
                                      ValueStage where, ValueEvents& events);

/// A convolution of the input's channels from `first_channel` on.
struct Convolution {
  int filters = 1, channels = 1, kernel_rows = 1, kernel_columns = 1, first_channel = 0;
  int stride_x = 1, stride_y = 1, dilation_x = 1, dilation_y = 1, pad_top = 0, pad_left = 0;
  int output_height = 1, output_width = 1;
  std::vector<int> weights;  ///< [filters][channels][kernel_rows][kernel_columns]
  [[nodiscard]] std::size_t weight(int f, int c, int r, int s) const {
    return static_cast<std::size_t>(((f * channels + c) * kernel_rows + r) * kernel_columns + s);
  }
};
/// [filters][output_height][output_width]
[[nodiscard]] std::vector<std::int64_t> sums_of(const Map& input, const Convolution& layer);

/// What a VECTOR may do; windows as in Convolution, channel by channel.
struct Pooling {
  bool maximum = false, relu = false;
  int window_rows = 1, window_columns = 1, stride_x = 1, stride_y = 1, pad_top = 0, pad_left = 0;
  int output_height = 1, output_width = 1;
  int first_multiplier = 1, second_multiplier = 0;
  Stage stage{0, 1, 0};
};
/// True if every window meets at least one value.
[[nodiscard]] bool every_window_meets(const Map& input, const Pooling& p);
/// `second` may be null.
[[nodiscard]] Map pooled(const Map& input, const Map* second, const Pooling& p,
                         ValueEvents& events);

}  // namespace sd::regression
