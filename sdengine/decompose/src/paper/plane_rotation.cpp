#include "paper/plane_rotation.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace sd::decompose {

namespace {

constexpr double unit_roundoff = 0x1p-53;

double sign_of(double x) {
  return std::copysign(1.0, x);
}

}  // namespace

Rotation rotation_for(double f, double g) {
  if (g == 0) return {1, 0, f};
  if (f == 0) return {0, sign_of(g), std::fabs(g)};
  // Far from overflow and underflow, as everything here is.
  const double length = std::sqrt(f * f + g * g);
  const double r = std::copysign(length, f);
  return {std::fabs(f) / length, g / r, r};
}

TriangularSvd triangular_svd(double f, double g, double h) {
  double ft = f;
  double ht = h;
  double fa = std::fabs(f);
  double ha = std::fabs(h);
  enum class Largest { first, beside, second } largest = Largest::first;
  const bool swapped = ha > fa;
  if (swapped) {
    largest = Largest::second;
    std::swap(ft, ht);
    std::swap(fa, ha);
  }
  const double ga = std::fabs(g);
  TriangularSvd svd;
  double cos_left = 1;
  double cos_right = 1;
  double sin_left = 0;
  double sin_right = 0;
  bool huge_g = false;
  if (ga > fa) {
    largest = Largest::beside;
    huge_g = fa / ga < unit_roundoff;
  }
  if (ga == 0) {
    svd.smallest = ha;
    svd.largest = fa;
  } else if (huge_g) {
    svd.largest = ga;
    svd.smallest = ha > 1 ? fa / (ga / ha) : (fa / ga) * ha;
    sin_left = ht / g;
    sin_right = 1;
    cos_right = ft / g;
  } else {
    const double d = fa - ha;
    double l = d == fa ? 1.0 : d / fa;
    const double m = g / ft;
    double t = 2 - l;
    const double mm = m * m;
    const double s = std::sqrt(t * t + mm);
    const double r = l == 0 ? std::fabs(m) : std::sqrt(l * l + mm);
    const double a = 0.5 * (s + r);
    svd.smallest = ha / a;
    svd.largest = fa * a;
    if (mm != 0)
      t = (m / (s + t) + m / (r + l)) * (1 + a);
    else if (l == 0)
      t = std::copysign(2.0, ft) * sign_of(g);
    else
      t = g / std::copysign(d, ft) + m / t;
    l = std::sqrt(t * t + 4);
    cos_right = 2 / l;
    sin_right = t / l;
    cos_left = (cos_right + sin_right * m) / a;
    sin_left = (ht / ft) * sin_right / a;
  }
  svd.cos_left = swapped ? sin_right : cos_left;
  svd.sin_left = swapped ? cos_right : sin_left;
  svd.cos_right = swapped ? sin_left : cos_right;
  svd.sin_right = swapped ? cos_left : sin_right;
  double sign = 1;
  switch (largest) {
    case Largest::first:
      sign = sign_of(svd.cos_right) * sign_of(svd.cos_left) * sign_of(f);
      break;
    case Largest::beside:
      sign = sign_of(svd.sin_right) * sign_of(svd.cos_left) * sign_of(g);
      break;
    case Largest::second:
      sign = sign_of(svd.sin_right) * sign_of(svd.sin_left) * sign_of(h);
      break;
  }
  svd.largest = std::copysign(svd.largest, sign);
  svd.smallest = std::copysign(svd.smallest, sign * sign_of(f) * sign_of(h));
  return svd;
}

double smallest_singular_value(double f, double g, double h) {
  const double fa = std::fabs(f);
  const double ga = std::fabs(g);
  const double ha = std::fabs(h);
  const double low = std::min(fa, ha);
  const double high = std::max(fa, ha);
  if (low == 0) return 0;
  const double as = 1 + low / high;
  const double at = (high - low) / high;
  if (ga < high) {
    const double au = (ga / high) * (ga / high);
    return low * (2 / (std::sqrt(as * as + au) + std::sqrt(at * at + au)));
  }
  const double au = high / ga;
  if (au == 0) return (low * high) / ga;
  const double c =
      1 / (std::sqrt(1 + (as * au) * (as * au)) + std::sqrt(1 + (at * au) * (at * au)));
  const double half = (low * c) * au;
  return half + half;
}

}  // namespace sd::decompose
