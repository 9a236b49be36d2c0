#include "paper/bidiagonal_svd.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "paper/plane_rotation.hpp"

namespace sd::decompose {

namespace {

constexpr double unit_roundoff = 0x1p-53;
/// eps^(-1/8) * eps, LAPACK's relative accuracy for singular values.
constexpr double tolerance = 98.70149282610239 * unit_roundoff;
constexpr int sweeps_per_value = 6;

class Iteration {
 public:
  Iteration(std::vector<double>& d, std::vector<double>& e, ColumnMajor& right, ColumnMajor& side)
      : n_(static_cast<int>(d.size())), d_(d), e_(e), right_(right), side_(side) {}

  void run() {
    set_threshold();
    int last = n_ - 1;  // of the block at work
    // The bound on the sweeps is LAPACK's. It is never met in practice; the matrix is then as
    // nearly diagonal as rounding lets it be.
    for (int left = sweeps_per_value * n_ * n_; last > 0 && left > 0;) {
      const int first = block_start(last);
      if (first == last) {
        --last;
      } else if (first == last - 1) {
        split_pair(first);
        last -= 2;
      } else {
        choose_direction(first, last);
        if (deflate(first, last)) continue;
        sweep(first, last);
        left -= last - first;
      }
    }
    make_positive();
    sort_falling();
    sort_rising();
  }

 private:
  double& d(int i) { return d_[static_cast<std::size_t>(i)]; }
  double& e(int i) { return e_[static_cast<std::size_t>(i)]; }

  void set_threshold() {
    double least = std::fabs(d(0));
    double mu = least;
    for (int i = 1; i < n_ && least != 0; ++i) {
      mu = std::fabs(d(i)) * (mu / (mu + std::fabs(e(i - 1))));
      least = std::min(least, mu);
    }
    least /= std::sqrt(static_cast<double>(n_));
    threshold_ = std::max(tolerance * least,
                          sweeps_per_value * (n_ * (n_ * std::numeric_limits<double>::min())));
  }

  /// First row of the block that ends in row `last`: the superdiagonal above it is negligible.
  int block_start(int last) {
    largest_ = std::fabs(d(last));
    for (int i = last - 1; i >= 0; --i) {
      if (std::fabs(e(i)) <= threshold_) {
        e(i) = 0;
        return i + 1;
      }
      largest_ = std::max({largest_, std::fabs(d(i)), std::fabs(e(i))});
    }
    return 0;
  }

  void split_pair(int i) {
    const TriangularSvd svd = triangular_svd(d(i), e(i), d(i + 1));
    d(i) = svd.largest;
    e(i) = 0;
    d(i + 1) = svd.smallest;
    // Written as a rotation of (x, y) to (c x + s y, c y - s x).
    const auto rotate = [i](ColumnMajor& matrix, double c, double s) {
      for (int j = 0; j < matrix.columns; ++j) {
        const double x = matrix.at(i, j);
        const double y = matrix.at(i + 1, j);
        matrix.at(i, j) = c * x + s * y;
        matrix.at(i + 1, j) = c * y - s * x;
      }
    };
    rotate(right_, svd.cos_right, svd.sin_right);
    rotate(side_, svd.cos_left, svd.sin_left);
  }

  void choose_direction(int first, int last) {
    if (first > old_last_ || last < old_first_)
      downward_ = std::fabs(d(first)) >= std::fabs(d(last));
  }

  /// Zeroes a superdiagonal element that is negligible against the values around it; otherwise
  /// leaves a bound on the block's smallest singular value.
  bool deflate(int first, int last) {
    const int edge = downward_ ? last - 1 : first;
    const double beside = std::fabs(d(downward_ ? last : first));
    if (std::fabs(e(edge)) <= tolerance * beside) {
      e(edge) = 0;
      return true;
    }
    double mu = std::fabs(d(downward_ ? first : last));
    smallest_ = mu;
    for (int step = 0; step < last - first; ++step) {
      const int i = downward_ ? first + step : last - 1 - step;
      if (std::fabs(e(i)) <= tolerance * mu) {
        e(i) = 0;
        return true;
      }
      mu = std::fabs(d(downward_ ? i + 1 : i)) * (mu / (mu + std::fabs(e(i))));
      smallest_ = std::min(smallest_, mu);
    }
    old_first_ = first;
    old_last_ = last;
    return false;
  }

  double shift_for(int first, int last) {
    if (n_ * tolerance * (smallest_ / largest_) <= std::max(unit_roundoff, 0.01 * tolerance))
      return 0;
    const double beside = std::fabs(d(downward_ ? first : last));
    const double shift = downward_ ? smallest_singular_value(d(last - 1), e(last - 1), d(last))
                                   : smallest_singular_value(d(first), e(first), d(first + 1));
    if (beside > 0 && (shift / beside) * (shift / beside) < unit_roundoff) return 0;
    return shift;
  }

  void sweep(int first, int last) {
    const double shift = shift_for(first, last);
    rotations_a_.assign(static_cast<std::size_t>(last - first), {});
    rotations_b_.assign(static_cast<std::size_t>(last - first), {});
    if (shift == 0)
      downward_ ? zero_shift_down(first, last) : zero_shift_up(first, last);
    else
      downward_ ? shifted_down(first, last, shift) : shifted_up(first, last, shift);
    double& end = e(downward_ ? last - 1 : first);
    if (std::fabs(end) <= threshold_) end = 0;
    if (downward_) {
      apply(right_, rotations_a_, first);
      apply(side_, rotations_b_, first);
    } else {
      apply(right_, rotations_b_, first);
      apply(side_, rotations_a_, first);
    }
  }

  void keep(int at, double ca, double sa, double cb, double sb) {
    rotations_a_[static_cast<std::size_t>(at)] = {ca, sa, 0};
    rotations_b_[static_cast<std::size_t>(at)] = {cb, sb, 0};
  }

  void zero_shift_down(int first, int last) {
    double cs = 1;
    double old_cs = 1;
    double old_sn = 0;
    for (int i = first; i < last; ++i) {
      const Rotation a = rotation_for(d(i) * cs, e(i));
      cs = a.c;
      if (i > first) e(i - 1) = old_sn * a.r;
      const Rotation b = rotation_for(old_cs * a.r, d(i + 1) * a.s);
      old_cs = b.c;
      old_sn = b.s;
      d(i) = b.r;
      keep(i - first, a.c, a.s, b.c, b.s);
    }
    const double h = d(last) * cs;
    d(last) = h * old_cs;
    e(last - 1) = h * old_sn;
  }

  void zero_shift_up(int first, int last) {
    double cs = 1;
    double old_cs = 1;
    double old_sn = 0;
    for (int i = last; i > first; --i) {
      const Rotation a = rotation_for(d(i) * cs, e(i - 1));
      cs = a.c;
      if (i < last) e(i) = old_sn * a.r;
      const Rotation b = rotation_for(old_cs * a.r, d(i - 1) * a.s);
      old_cs = b.c;
      old_sn = b.s;
      d(i) = b.r;
      keep(i - first - 1, a.c, -a.s, b.c, -b.s);
    }
    const double h = d(first) * cs;
    d(first) = h * old_cs;
    e(first) = h * old_sn;
  }

  static double start_of(double value, double shift) {
    return (std::fabs(value) - shift) * (std::copysign(1.0, value) + shift / value);
  }

  void shifted_down(int first, int last, double shift) {
    double f = start_of(d(first), shift);
    double g = e(first);
    for (int i = first; i < last; ++i) {
      const Rotation a = rotation_for(f, g);
      if (i > first) e(i - 1) = a.r;
      f = a.c * d(i) + a.s * e(i);
      e(i) = a.c * e(i) - a.s * d(i);
      g = a.s * d(i + 1);
      d(i + 1) = a.c * d(i + 1);
      const Rotation b = rotation_for(f, g);
      d(i) = b.r;
      f = b.c * e(i) + b.s * d(i + 1);
      d(i + 1) = b.c * d(i + 1) - b.s * e(i);
      if (i < last - 1) {
        g = b.s * e(i + 1);
        e(i + 1) = b.c * e(i + 1);
      }
      keep(i - first, a.c, a.s, b.c, b.s);
    }
    e(last - 1) = f;
  }

  void shifted_up(int first, int last, double shift) {
    double f = start_of(d(last), shift);
    double g = e(last - 1);
    for (int i = last; i > first; --i) {
      const Rotation a = rotation_for(f, g);
      if (i < last) e(i) = a.r;
      f = a.c * d(i) + a.s * e(i - 1);
      e(i - 1) = a.c * e(i - 1) - a.s * d(i);
      g = a.s * d(i - 1);
      d(i - 1) = a.c * d(i - 1);
      const Rotation b = rotation_for(f, g);
      d(i) = b.r;
      f = b.c * e(i - 1) + b.s * d(i - 1);
      d(i - 1) = b.c * d(i - 1) - b.s * e(i - 1);
      if (i > first + 1) {
        g = b.s * e(i - 2);
        e(i - 2) = b.c * e(i - 2);
      }
      keep(i - first - 1, a.c, -a.s, b.c, -b.s);
    }
    e(first) = f;
  }

  void apply(ColumnMajor& matrix, const std::vector<Rotation>& rotations, int first) const {
    const int count = static_cast<int>(rotations.size());
    for (int step = 0; step < count; ++step) {
      const int k = downward_ ? step : count - 1 - step;
      const auto [c, s, r] = rotations[static_cast<std::size_t>(k)];
      if (c == 1 && s == 0) continue;
      for (int j = 0; j < matrix.columns; ++j) {
        double& upper = matrix.at(first + k, j);
        double& lower = matrix.at(first + k + 1, j);
        const double held = lower;
        lower = c * held - s * upper;
        upper = s * held + c * upper;
      }
    }
  }

  void make_positive() {
    for (int i = 0; i < n_; ++i) {
      if (!(d(i) < 0)) continue;
      d(i) = -d(i);
      for (int j = 0; j < right_.columns; ++j) right_.at(i, j) = -right_.at(i, j);
    }
  }

  void exchange(int i, int j) {
    if (i == j) return;
    std::swap(d(i), d(j));
    for (int k = 0; k < right_.columns; ++k) std::swap(right_.at(i, k), right_.at(j, k));
    for (int k = 0; k < side_.columns; ++k) std::swap(side_.at(i, k), side_.at(j, k));
  }

  // dbdsqr sorts one way and dlasdq, which calls it, the other. Equal values end up where the two
  // leave them, and later sums follow that order.
  void sort_falling() {
    for (int end = n_ - 1; end > 0; --end) {
      int least = 0;
      for (int j = 1; j <= end; ++j)
        if (d(j) <= d(least)) least = j;
      exchange(least, end);
    }
  }
  void sort_rising() {
    for (int begin = 0; begin < n_ - 1; ++begin) {
      int least = begin;
      for (int j = begin + 1; j < n_; ++j)
        if (d(j) < d(least)) least = j;
      exchange(least, begin);
    }
  }

  int n_;
  std::vector<double>& d_;
  std::vector<double>& e_;
  ColumnMajor& right_;
  ColumnMajor& side_;
  double threshold_ = 0;
  double largest_ = 0;   ///< magnitude in the block at work
  double smallest_ = 0;  ///< bound on its smallest singular value
  int old_first_ = -1;
  int old_last_ = -1;
  bool downward_ = true;
  std::vector<Rotation> rotations_a_, rotations_b_;
};

}  // namespace

void bidiagonal_svd(std::vector<double>& d, std::vector<double>& e, ColumnMajor& right,
                    ColumnMajor& side) {
  Iteration(d, e, right, side).run();
}

}  // namespace sd::decompose
