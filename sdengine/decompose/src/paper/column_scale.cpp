#include "paper/column_scale.hpp"

#include <cmath>
#include <numbers>

namespace sd::decompose {

namespace {

/// log2 of a mantissa in [sqrt(1/2), sqrt(2)]: 2 atanh(t), t = (m - 1) / (m + 1), |t| < 0.172; the
/// first term left out is below 2^-60.
double log2_of_mantissa(double mantissa) {
  const double t = (mantissa - 1) / (mantissa + 1);
  const double square = t * t;
  double sum = 0;
  for (int term = 23; term >= 1; term -= 2) sum = sum * square + 1.0 / term;
  return 2 * std::numbers::log2e * t * sum;
}

/// 2^x for |x| <= 1/2, by the exponential series; the first term left out is below 2^-60.
double exp2_of_fraction(double x) {
  const double y = x * std::numbers::ln2;
  double sum = 1;
  for (int term = 15; term >= 1; --term) sum = 1 + sum * y / term;
  return sum;
}

}  // namespace

double column_scale(double mantissa_product, std::int64_t exponent, std::int64_t count) {
  if (count == 0) return 1.0;
  int shift = 0;
  double mantissa = std::frexp(mantissa_product, &shift);  // [1/2, 1)
  if (mantissa < std::numbers::sqrt2 / 2) {
    mantissa *= 2;
    --shift;
  }
  const double logarithm =
      log2_of_mantissa(mantissa) + static_cast<double>(exponent + static_cast<std::int64_t>(shift));
  return exp2_of_fraction(-logarithm / static_cast<double>(count));
}

}  // namespace sd::decompose
