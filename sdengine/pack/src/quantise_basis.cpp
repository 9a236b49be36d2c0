#include <algorithm>
#include <cmath>
#include <cstddef>

#include "filter_weights.hpp"
#include "scale_fit.hpp"

namespace sd::pack {

namespace {

using decompose::Coefficient;

constexpr int largest_rebuild_shift = 15;
constexpr int grid_points = 32;
constexpr int descent_sweeps = 4;

/// One filter under quantisation. The codes are kept by coefficient, so that a column of a slice is
/// rebuilt in loops over rows.
class Search {
 public:
  Search(const FilterTarget& target, std::span<const Coefficient> codes,
         std::span<const float> basis, int rank, int levels, int slice_rows)
      : target_(target),
        basis_(basis),
        rank_(rank),
        levels_(levels),
        slice_rows_(slice_rows),
        slices_((target.rows + slice_rows - 1) / slice_rows),
        sums_of_target_(target.sums()),
        factors_(static_cast<std::size_t>(rank) * target.rows),
        columns_(static_cast<std::size_t>(target.columns) * target.rows),
        present_(columns_.size()),
        sums_(static_cast<std::size_t>(slice_rows < target.rows ? slice_rows : target.rows)) {
    for (int row = 0; row < target.rows; ++row) {
      for (int j = 0; j < rank; ++j)
        if (const Coefficient c = codes[static_cast<std::size_t>(row * rank + j)]; c != 0) {
          const int factor = 1 << (levels - 1 - decompose::exponent_of(c));
          factors_[static_cast<std::size_t>(j * target.rows + row)] = c < 0 ? -factor : factor;
        }
      for (int s = 0; s < target.columns; ++s) {
        const auto to = static_cast<std::size_t>(s * target.rows + row);
        const auto from = static_cast<std::size_t>(row * target.columns + s);
        columns_[to] = target.weights[from];
        present_[to] = target.present[from];
      }
    }
  }

  BasisFilter run() {
    BasisFilter best;
    best.basis.assign(basis_.size(), 0);
    best.error = ScaleFit{}.error(sums_of_target_, 0);
    float largest_basis = 0;
    for (const float b : basis_) largest_basis = std::max(largest_basis, std::fabs(b));
    const double finest_basis = largest_basis / 127.0;
    const double finest_weight =
        std::max(static_cast<double>(target_.largest()) / 127, target_.smallest_scale);
    if (finest_basis <= 0 || finest_weight <= 0) return best;
    for (int shift = 0; shift <= largest_rebuild_shift; ++shift) {
      // The integer weights have the scale basis_scale * 2^(shift - levels + 1). Between 0.55
      // and 2.2 of the scale that holds the largest weight, and a basis from slightly clipped to
      // eight times coarser than needed, there is something to gain.
      const double ratio = std::ldexp(1.0, shift - levels_ + 1);
      const double low = std::max(0.75 * finest_basis, 0.55 * finest_weight / ratio);
      const double high = std::min(8 * finest_basis, 2.2 * finest_weight / ratio);
      const bool last_chance = shift == largest_rebuild_shift && best.scale <= 0;
      if (low > high && !last_chance) continue;
      BasisFilter candidate = best_of_grid(shift, low, std::max(low, high));
      descend(candidate);
      if (best.scale <= 0 || candidate.error < best.error) best = std::move(candidate);
    }
    return best;
  }

 private:
  BasisFilter best_of_grid(int shift, double low, double high) {
    BasisFilter best;
    BasisFilter trial;
    trial.rebuild_shift = shift;
    for (int k = 0; k < grid_points; ++k) {
      const double scale = low * std::pow(high / low, static_cast<double>(k) / (grid_points - 1));
      trial.basis.clear();
      for (const float b : basis_)
        trial.basis.push_back(
            static_cast<std::int8_t>(std::clamp(std::nearbyint(b / scale), -127.0, 127.0)));
      evaluate(trial);
      if (k == 0 || trial.error < best.error) best = trial;
    }
    return best;
  }

  /// Coordinate descent over the integer entries; the scale follows each of them.
  void descend(BasisFilter& filter) {
    ScaleFit total;
    std::vector<ScaleFit> parts;
    for (int slice = 0; slice < slices_; ++slice)
      for (int s = 0; s < target_.columns; ++s)
        total += parts.emplace_back(column(filter, slice, s));
    for (int sweep = 0; sweep < descent_sweeps; ++sweep) {
      bool changed = false;
      for (int slice = 0; slice < slices_; ++slice)
        for (int s = 0; s < target_.columns; ++s)
          for (int j = 0; j < rank_; ++j)
            changed |=
                move_entry(filter, slice, s, j,
                           parts[static_cast<std::size_t>(slice * target_.columns + s)], total);
      if (!changed) break;
    }
    // The running sums have rounded; the stored error is computed afresh.
    evaluate(filter);
  }

  bool move_entry(BasisFilter& filter, int slice, int s, int j, ScaleFit& part, ScaleFit& total) {
    std::int8_t& entry =
        filter.basis[static_cast<std::size_t>((slice * rank_ + j) * target_.columns + s)];
    bool moved = false;
    for (const int step : {1, -1}) {
      if (entry + step > 127 || entry + step < -127) continue;
      const std::int8_t before = entry;
      entry = static_cast<std::int8_t>(entry + step);
      const ScaleFit trial = column(filter, slice, s);
      ScaleFit sum = total;
      sum -= part;
      sum += trial;
      if (sum.square > 0 && error_of(sum) < error_of(total) * (1 - 1e-9)) {
        part = trial;
        total = sum;
        moved = true;
      } else {
        entry = before;
      }
    }
    return moved;
  }

  [[nodiscard]] double error_of(const ScaleFit& fit) const {
    return fit.error(sums_of_target_, fit.scale(sums_of_target_, target_.smallest_scale));
  }

  void evaluate(BasisFilter& filter) {
    ScaleFit total;
    for (int slice = 0; slice < slices_; ++slice)
      for (int s = 0; s < target_.columns; ++s) total += column(filter, slice, s);
    filter.scale = total.scale(sums_of_target_, target_.smallest_scale);
    filter.error = error_of(total);
  }

  /// The sums over one column of one slice, for the integer weights that the hardware will rebuild.
  ScaleFit column(const BasisFilter& filter, int slice, int s) {
    const int begin = slice * slice_rows_;
    const int rows = std::min(slice_rows_, target_.rows - begin);
    const int shift = filter.rebuild_shift;
    std::int32_t* const sums = sums_.data();
    std::fill_n(sums, rows, shift == 0 ? 0 : 1 << (shift - 1));
    for (int j = 0; j < rank_; ++j) {
      const std::int32_t entry =
          filter.basis[static_cast<std::size_t>((slice * rank_ + j) * target_.columns + s)];
      const std::int32_t* const factors = factors_.data() + j * target_.rows + begin;
      for (int row = 0; row < rows; ++row) sums[row] += factors[row] * entry;
    }
    const float* const weights = columns_.data() + s * target_.rows + begin;
    const std::uint8_t* const present = present_.data() + s * target_.rows + begin;
    ScaleFit fit;
    for (int row = 0; row < rows; ++row) {
      const std::int32_t weight = std::clamp(sums[row] >> shift, -128, 127) * present[row];
      fit.cross += static_cast<double>(weights[row]) * weight;
      fit.square += weight * weight;
      fit.sum += weight;
    }
    return fit;
  }

  const FilterTarget& target_;
  std::span<const float> basis_;
  int rank_, levels_, slice_rows_, slices_;
  TargetSums sums_of_target_;
  std::vector<std::int32_t> factors_;  ///< [rank][rows]
  std::vector<float> columns_;         ///< [columns][rows]: the target
  std::vector<std::uint8_t> present_;  ///< [columns][rows]
  std::vector<std::int32_t> sums_;
};

}  // namespace

BasisFilter quantise_basis(const FilterTarget& target, std::span<const Coefficient> codes,
                           std::span<const float> basis, int rank, int levels, int slice_rows) {
  return Search(target, codes, basis, rank, levels, slice_rows).run();
}

}  // namespace sd::pack
