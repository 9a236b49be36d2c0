#include <algorithm>
#include <cmath>
#include <cstddef>

#include "coded_filter.hpp"

namespace sd::pack {

namespace {

constexpr int largest_rebuild_shift = 15;
constexpr int grid_points = 32;
constexpr int descent_sweeps = 4;
/// How often the filters of a group choose their shifts anew for the basis at hand.
constexpr int shift_rounds = 2;

/// The filters of one group under quantisation: one basis, a shift and a scale for each filter.
class Search {
 public:
  Search(std::span<const GroupFilter> filters, std::span<const float> basis, int rank, int levels,
         int slice_rows)
      : filters_(filters), basis_(basis), rank_(rank), levels_(levels) {
    for (const GroupFilter& filter : filters)
      coded_.emplace_back(filter.target, filter.codes, rank, levels, slice_rows);
    columns_ = filters.front().target.columns;
    slices_ = coded_.front().slices();
    measure();
  }

  SharedBasis run() {
    SharedBasis best;
    best.basis.assign(basis_.size(), 0);
    best.rebuild_shift.assign(filters_.size(), 0);
    best.scale.assign(filters_.size(), 0);
    for (const CodedFilter& filter : coded_) best.error += filter.error_of_zeros();
    float largest_basis = 0;
    for (const float b : basis_) largest_basis = std::max(largest_basis, std::fabs(b));
    const double finest_basis = largest_basis / 127.0;
    if (finest_basis <= 0 || finest_weight_ <= 0) return best;
    bool found = false;
    for (int shift = 0; shift <= largest_rebuild_shift; ++shift) {
      // The integer weights have the scale basis_scale * 2^(shift - levels + 1). Between 0.55
      // and 2.2 of the scale that holds the largest weight, and a basis from slightly clipped to
      // eight times coarser than needed, there is something to gain.
      const double ratio = std::ldexp(1.0, shift - levels_ + 1);
      const double low = std::max(0.75 * finest_basis, 0.55 * finest_weight_ / ratio);
      const double high = std::min(8 * finest_basis, 2.2 * finest_weight_ / ratio);
      const bool last_chance = shift == largest_rebuild_shift && !found;
      if (low > high && !last_chance) continue;
      SharedBasis candidate = best_of_grid(shift, low, std::max(low, high));
      descend(candidate);
      for (int round = 0; round < shift_rounds && filters_.size() > 1; ++round) {
        if (!move_shifts(candidate)) break;
        descend(candidate);
      }
      if (!found || candidate.error < best.error) best = std::move(candidate);
      found = std::any_of(best.scale.begin(), best.scale.end(), [](double s) { return s > 0; });
    }
    return best;
  }

 private:
  /// The finest scale of the weights per unit of the filter's factor, over the group; and by how
  /// many powers of two each filter's is finer, which its shift has to be less.
  void measure() {
    std::vector<double> finest;
    double of_nonzero = 0, of_any = 0;
    for (const GroupFilter& filter : filters_) {
      const double largest = filter.target.largest();
      finest.push_back(std::max(largest / 127, filter.target.smallest_scale) / filter.factor);
      of_any = std::max(of_any, finest.back());
      if (largest > 0) of_nonzero = std::max(of_nonzero, finest.back());
    }
    finest_weight_ = of_nonzero > 0 ? of_nonzero : of_any;
    for (std::size_t m = 0; m < finest.size(); ++m)
      offsets_.push_back(filters_[m].target.largest() > 0 && finest_weight_ > 0
                             ? static_cast<int>(std::lround(std::log2(finest[m] / finest_weight_)))
                             : 0);
  }

  SharedBasis best_of_grid(int shift, double low, double high) {
    SharedBasis best;
    SharedBasis trial;
    for (const int offset : offsets_)
      trial.rebuild_shift.push_back(std::clamp(shift + offset, 0, largest_rebuild_shift));
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

  /// Coordinate descent over the integer entries; the scales follow each of them.
  void descend(SharedBasis& group) {
    totals_.assign(filters_.size(), {});
    parts_.clear();
    for (int slice = 0; slice < slices_; ++slice)
      for (int s = 0; s < columns_; ++s)
        for (std::size_t m = 0; m < coded_.size(); ++m)
          totals_[m] +=
              parts_.emplace_back(coded_[m].column(group.basis, group.rebuild_shift[m], slice, s));
    for (int sweep = 0; sweep < descent_sweeps; ++sweep) {
      bool changed = false;
      for (int slice = 0; slice < slices_; ++slice)
        for (int s = 0; s < columns_; ++s)
          for (int j = 0; j < rank_; ++j) changed |= move_entry(group, slice, s, j);
      if (!changed) break;
    }
    // The running sums have rounded; the stored error is computed afresh.
    evaluate(group);
  }

  bool move_entry(SharedBasis& group, int slice, int s, int j) {
    std::int8_t& entry = group.basis[static_cast<std::size_t>((slice * rank_ + j) * columns_ + s)];
    const std::span parts = std::span(parts_).subspan(
        static_cast<std::size_t>(slice * columns_ + s) * coded_.size(), coded_.size());
    bool moved = false;
    for (const int step : {1, -1}) {
      if (entry + step > 127 || entry + step < -127) continue;
      const std::int8_t before = entry;
      entry = static_cast<std::int8_t>(entry + step);
      if (accept(group, slice, s, parts)) {
        moved = true;
      } else {
        entry = before;
      }
    }
    return moved;
  }

  /// Takes the changed column over if the group's error falls and no filter loses its last weight.
  bool accept(const SharedBasis& group, int slice, int s, std::span<ScaleFit> parts) {
    double before = 0, after = 0;
    trial_parts_.clear();
    for (std::size_t m = 0; m < coded_.size(); ++m) {
      const ScaleFit& trial = trial_parts_.emplace_back(
          coded_[m].column(group.basis, group.rebuild_shift[m], slice, s));
      ScaleFit sum = totals_[m];
      sum -= parts[m];
      sum += trial;
      if (sum.square == 0 && totals_[m].square > 0) return false;
      before += coded_[m].error_of(totals_[m]);
      after += coded_[m].error_of(sum);
    }
    if (!(after < before * (1 - 1e-9))) return false;
    for (std::size_t m = 0; m < coded_.size(); ++m) {
      totals_[m] -= parts[m];
      totals_[m] += trial_parts_[m];
      parts[m] = trial_parts_[m];
    }
    return true;
  }

  /// One step up or down of a filter's shift, where its own error falls by it.
  bool move_shifts(SharedBasis& group) {
    bool moved = false;
    for (std::size_t m = 0; m < coded_.size(); ++m) {
      double error = coded_[m].error_of(coded_[m].all(group.basis, group.rebuild_shift[m]));
      const int start = group.rebuild_shift[m];
      for (const int shift : {start - 1, start + 1}) {
        if (shift < 0 || shift > largest_rebuild_shift) continue;
        const ScaleFit fit = coded_[m].all(group.basis, shift);
        if (fit.square == 0 || !(coded_[m].error_of(fit) < error * (1 - 1e-9))) continue;
        error = coded_[m].error_of(fit);
        group.rebuild_shift[m] = shift;
        moved = true;
      }
    }
    return moved;
  }

  void evaluate(SharedBasis& group) {
    group.error = 0;
    group.scale.clear();
    for (std::size_t m = 0; m < coded_.size(); ++m) {
      const ScaleFit total = coded_[m].all(group.basis, group.rebuild_shift[m]);
      group.scale.push_back(coded_[m].scale_of(total));
      group.error += coded_[m].error_of(total);
    }
  }

  std::span<const GroupFilter> filters_;
  std::span<const float> basis_;
  int rank_, levels_, columns_ = 0, slices_ = 0;
  std::vector<CodedFilter> coded_;
  double finest_weight_ = 0;
  std::vector<int> offsets_;
  std::vector<ScaleFit> totals_;       ///< [filters]
  std::vector<ScaleFit> parts_;        ///< [slices][columns][filters]
  std::vector<ScaleFit> trial_parts_;  ///< [filters]
};

}  // namespace

SharedBasis quantise_basis(std::span<const GroupFilter> filters, std::span<const float> basis,
                           int rank, int levels, int slice_rows) {
  return Search(filters, basis, rank, levels, slice_rows).run();
}

}  // namespace sd::pack
