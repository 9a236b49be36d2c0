#include "paper/paper_settings.hpp"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

namespace sd::decompose {

namespace {

template <typename Number>
void require(const char* field, Number value, Number low, Number high) {
  if (!(value >= low && value <= high))
    throw std::invalid_argument(
        fmt::format("paper setting {} is {}; it must be in {} .. {}", field, value, low, high));
}

/// Ten powers of two of room on either side of what floats hold.
constexpr double largest_threshold = 1e30;

}  // namespace

void require_in_range(const PaperSettings& settings) {
  require("iternum", settings.iternum, 1, 1'000'000);
  require("threshold", settings.threshold, 0.0, largest_threshold);
  if (!(settings.decay > 0 && settings.decay < 1))
    throw std::invalid_argument(
        fmt::format("paper setting decay is {}; it must be above 0 and below 1", settings.decay));
  require("tol", settings.tol, 0.0, largest_threshold);
  require("rcond", settings.rcond, 0.0, 0.1);
  int exponent = 0;
  if (!(settings.max_c >= 0x1p-60 && settings.max_c <= 0x1p60) ||
      std::frexp(settings.max_c, &exponent) != 0.5)
    throw std::invalid_argument(fmt::format(
        "paper setting max_c is {}; it must be a power of two in 2^-60 .. 2^60, since clipping "
        "must leave powers of two",
        settings.max_c));
  require("pointwise_columns", settings.pointwise_columns, 1, 64);
  require("group_size", settings.group_size, 1, 1 << 20);
  require("levels", settings.levels, 1, 127);
}

}  // namespace sd::decompose
