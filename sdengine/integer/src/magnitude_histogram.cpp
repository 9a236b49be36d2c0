#include "magnitude_histogram.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace sd::integer {

namespace {

constexpr std::size_t bin_count = 4096;  // 32 bins in a step of the full range
constexpr int candidates = 160;
constexpr double smallest_candidate = 0.2;  // of the largest magnitude

}  // namespace

MagnitudeHistogram::MagnitudeHistogram(float largest) : largest_(largest), bins_(bin_count) {}

void MagnitudeHistogram::count(std::span<const float> values) {
  if (!(largest_ > 0)) return;
  const float scale = static_cast<float>(bin_count) / largest_;
  for (const float value : values) {
    if (value == 0) {
      ++zeros_;
    } else {
      ++bins_[std::min(bin_count - 1, static_cast<std::size_t>(std::fabs(value) * scale))];
    }
  }
}

MagnitudeHistogram& MagnitudeHistogram::operator+=(const MagnitudeHistogram& other) {
  for (std::size_t k = 0; k < bin_count; ++k) bins_[k] += other.bins_[k];
  zeros_ += other.zeros_;
  return *this;
}

double MagnitudeHistogram::squared_error(double range) const {
  const double step = range / 127;
  double sum = 0;
  for (std::size_t k = 0; k < bin_count; ++k) {
    if (bins_[k] == 0) continue;
    const double value = (static_cast<double>(k) + 0.5) * largest_ / static_cast<double>(bin_count);
    const double error = value - step * std::min(std::nearbyint(value / step), 127.0);
    sum += static_cast<double>(bins_[k]) * error * error;
  }
  return sum;
}

float MagnitudeHistogram::best_range() const {
  if (!(largest_ > 0)) return 0;
  double best = largest_;
  double least = squared_error(best);
  for (int k = 1; k < candidates; ++k) {
    const double range = largest_ * (1 - (1 - smallest_candidate) * k / (candidates - 1));
    if (const double error = squared_error(range); error < least) {
      least = error;
      best = range;
    }
  }
  return static_cast<float>(best);
}

float MagnitudeHistogram::percentile(double percent) const {
  if (!(largest_ > 0)) return 0;
  std::uint64_t total = zeros_;
  for (const std::uint64_t count : bins_) total += count;
  // Less a little, so that 99.9 % of 10,000 values are 9,990 in spite of what 99.9 is in binary.
  const double wanted = percent / 100 * static_cast<double>(total) * (1 - 1e-12);
  std::uint64_t counted = zeros_;
  for (std::size_t k = 0; k < bin_count; ++k) {
    counted += bins_[k];
    // An empty bin is no range: with a majority of zeros it would clip whatever is not zero.
    if (bins_[k] > 0 && static_cast<double>(counted) >= wanted)
      return static_cast<float>(static_cast<double>(largest_) * static_cast<double>(k + 1) /
                                static_cast<double>(bin_count));
  }
  return largest_;
}

}  // namespace sd::integer
