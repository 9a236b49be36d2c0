#include "paper/descent.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "paper/float_rounding.hpp"

namespace sd::decompose {

namespace {

/// Restarts after which a column that stays empty is left empty. (The public code restarts without
/// end.)
constexpr int largest_restarts = 64;

/// The bases of the passes so far. The next Ce, and so everything after it, follows from the basis
/// alone, hence a basis seen before means a cycle.
class SeenBases {
 public:
  /// Passes since this basis was last seen, or 0; remembers it.
  int period(const std::vector<double>& basis) {
    const std::size_t size = basis.size();
    const std::size_t count = seen_.size() / size;
    int found = 0;
    for (std::size_t back = 1; back <= count && back <= longest; ++back)
      if (std::equal(basis.begin(), basis.end(),
                     seen_.end() - static_cast<std::ptrdiff_t>(back * size))) {
        found = static_cast<int>(back);
        break;
      }
    seen_.insert(seen_.end(), basis.begin(), basis.end());
    return found;
  }

 private:
  static constexpr std::size_t longest = 64;
  std::vector<double> seen_;
};

void record(PaperHistory& history, const PaperSlice& slice) {
  history.error.push_back(std::sqrt(slice.squared_error(slice.basis())));
  history.nonzeros.push_back(slice.nonzeros());
}

/// One descent at one threshold. Stops early where a column of Ce is lost and that is asked for.
Descent descend_once(PaperSlice& slice, const PaperSettings& settings, const PassRules& rules,
                     bool stop_at_loss, PaperHistory* history) {
  Descent descent;
  SeenBases seen;
  bool look_for_cycles = history == nullptr;
  slice.begin(rules);
  while (descent.passes < settings.iternum - 1) {
    if (descent.passes > 0 && slice.squared_change() <= settings.tol * settings.tol) {
      descent.converged = true;
      break;
    }
    slice.refit_basis(rules);
    ++descent.passes;
    if (history != nullptr) record(*history, slice);
    if (look_for_cycles) {
      const int period = seen.period(slice.basis());
      if (period > 1) {
        const int left = settings.iternum - 1 - descent.passes;
        descent.passes += left - left % period;
        look_for_cycles = false;
      }
    }
    slice.advance(rules);
    if (slice.lost_a_column() && stop_at_loss) return descent;
  }
  slice.refit_basis(rules);
  return descent;
}

}  // namespace

PassRules pass_rules(const PaperSettings& settings, double threshold, bool row_thresholds) {
  PassRules rules;
  rules.scale = settings.scale;
  rules.single_precision = settings.single_precision && !settings.scale;
  rules.max_c = settings.max_c;
  rules.rcond = settings.rcond;
  rules.threshold = threshold;
  rules.row_threshold = settings.threshold_row && row_thresholds ? 5 * threshold : 0.0;
  if (rules.single_precision) {  // float32 elements are compared with float32 thresholds
    rules.threshold = rounded_to_float(rules.threshold);
    rules.row_threshold = rounded_to_float(rules.row_threshold);
  }
  return rules;
}

Descent descend(PaperSlice& slice, const PaperSettings& settings, bool row_thresholds,
                PaperHistory* history) {
  double threshold = settings.threshold;
  for (int restarts = 0;; ++restarts) {
    if (history != nullptr) *history = {};
    const bool may_restart = settings.scale && restarts < largest_restarts;
    Descent descent = descend_once(slice, settings, pass_rules(settings, threshold, row_thresholds),
                                   may_restart, history);
    if (!(may_restart && slice.lost_a_column())) {
      descent.restarts = restarts;
      descent.threshold = threshold;
      return descent;
    }
    threshold *= settings.decay;
  }
}

}  // namespace sd::decompose
