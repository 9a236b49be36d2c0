#include "allocation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <stdexcept>

namespace sd::compress {

namespace {

/// Filters of the sample; fewer where a candidate has so many codes that a fit takes long.
constexpr int sampled_filters = 16, few_sampled_filters = 6;
/// Relative squared errors around which prices are laid out: at D = 2^(-2 bits per weight) another
/// bit per weight takes away 2 ln 2 D for each (the rate-distortion slope of a Gaussian source).
constexpr std::array<double, 8> distortions = {3e-5, 1.2e-4, 5e-4, 2e-3, 8e-3, 3e-2, 0.12, 0.4};

/// A candidate is tried where the most bits that its codes can take for each weight are within
/// these multiples of what a Gaussian source would need for the distortion: with less it cannot
/// reach it, with more its codes would be nearly all zero.
constexpr double least_rate = 0.7, most_rate = 3.5;

bool worth_trying(Candidate candidate, double distortion, const decompose::MatrixLayout& layout) {
  const double most =
      static_cast<double>(decompose::row_bits(decompose::RateModel::reference, candidate.rank,
                                              candidate.levels, candidate.rank)) /
      layout.columns;
  const double needed = -0.5 * std::log2(distortion);
  return most >= least_rate * needed && most <= most_rate * needed;
}

double between(double low, double high, double fraction) {
  return std::exp(std::log(low) + fraction * (std::log(high) - std::log(low)));
}

/// The points first..last are of one candidate; between them, and beyond by the end points, its fit
/// at `price`.
Choice interpolated(const RatePoint* first, const RatePoint* last, double price) {
  const RatePoint* right = first;
  while (right != last && right->price < price) ++right;
  Choice choice{first->candidate, price, 0, 0};
  if (right == first || right == last) {
    const RatePoint& end = right == first ? *first : *(last - 1);
    choice.error = end.error;
    choice.bits = end.bits;
    return choice;
  }
  const RatePoint& left = *(right - 1);
  const double fraction = std::log(price / left.price) / std::log(right->price / left.price);
  constexpr double tiny = 1e-30;
  choice.error = between(left.error + tiny, right->error + tiny, fraction);
  choice.bits = between(left.bits, right->bits, fraction);
  return choice;
}

double total_bits(std::span<const LayerCurve> curves, double price) {
  double bits = 0;
  for (const LayerCurve& curve : curves) bits += choose(curve, price).bits;
  return bits;
}

}  // namespace

LayerCurve measure_curve(const LayerProblem& problem, const std::vector<Candidate>& candidates) {
  const LayerProblem usual = sample_of(problem, sampled_filters);
  const LayerProblem small = sample_of(problem, few_sampled_filters);
  LayerCurve curve;
  curve.weights = static_cast<double>(problem.targets.size());
  const decompose::MatrixLayout layout = decompose::layout_of(
      problem.shape, problem.settings.pointwise_columns, problem.settings.slice_rows);
  for (const Candidate candidate : candidates)
    for (const double distortion : distortions) {
      if (candidates.size() > 1 && !worth_trying(candidate, distortion, layout)) continue;
      const double price = 2 * std::numbers::ln2 * distortion / curve.weights;
      const LayerProblem& sample = has_large_book(candidate) ? small : usual;
      const double share = static_cast<double>(problem.shape.filters) / sample.shape.filters;
      // A sample of the filters holds a share of the energy and of the bits.
      const LayerFit found = fit(sample, candidate, price * share, 1, 2);
      curve.points.push_back({candidate, price, found.error, found.bits * share});
    }
  if (curve.points.empty())
    throw std::invalid_argument(
        "none of the candidates suits any distortion; give some of other ranks and levels");
  return curve;
}

Choice choose(const LayerCurve& curve, double network_price) {
  const double price = network_price / curve.importance;
  Choice best;
  double least = std::numeric_limits<double>::infinity();
  const RatePoint* const end = curve.points.data() + curve.points.size();
  for (const RatePoint* first = curve.points.data(); first != end;) {
    const RatePoint* last = first;
    while (last != end && last->candidate == first->candidate) ++last;
    const Choice choice = interpolated(first, last, price);
    if (const double cost = choice.error + price * choice.bits; cost < least) {
      least = cost;
      best = choice;
    }
    first = last;
  }
  return best;
}

double price_for(std::span<const LayerCurve> curves, double bits) {
  double low = std::numeric_limits<double>::infinity();
  double high = 0;
  for (const LayerCurve& curve : curves)
    for (const RatePoint& point : curve.points) {
      low = std::min(low, point.price * curve.importance);
      high = std::max(high, point.price * curve.importance);
    }
  if (!(high > 0)) return 0;
  for (int step = 0; step < 60; ++step) {
    const double middle = std::sqrt(low * high);
    (total_bits(curves, middle) > bits ? low : high) = middle;
  }
  return high;
}

}  // namespace sd::compress
