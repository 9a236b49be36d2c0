// How often each magnitude of an activation was seen, and the ranges that follow from it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sd::integer {

class MagnitudeHistogram {
 public:
  /// Equal bins over 0 .. `largest`.
  explicit MagnitudeHistogram(float largest);

  void count(std::span<const float> values);
  MagnitudeHistogram& operator+=(const MagnitudeHistogram& other);

  /// The range of least squared error when values are rounded to range / 127 and saturated at the
  /// range.
  [[nodiscard]] float best_range() const;

  /// The end of the first bin up to which `percent` of the values are counted, zeros included.
  [[nodiscard]] float percentile(double percent) const;

 private:
  [[nodiscard]] double squared_error(double range) const;

  float largest_;
  std::vector<std::uint64_t> bins_;  ///< without exact zeros: every range holds them
  std::uint64_t zeros_ = 0;
};

}  // namespace sd::integer
