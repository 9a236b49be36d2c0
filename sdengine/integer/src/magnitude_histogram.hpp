// How often each magnitude of an activation was seen, and the 8-bit range that fits it best.
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

 private:
  [[nodiscard]] double squared_error(double range) const;

  float largest_;
  std::vector<std::uint64_t> bins_;  ///< exact zeros are left out: every range holds them
};

}  // namespace sd::integer
