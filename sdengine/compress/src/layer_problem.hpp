// One layer as the fit sees it: what to approximate, and how its error counts.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "layer_moments.hpp"
#include "plan.hpp"
#include "sdengine/decompose/output_form.hpp"

namespace sd::compress {

/// Of second moments, as a fraction of their mean diagonal (as GPTQ has it).
inline constexpr double damping = 0.01;

struct LayerProblem {
  decompose::WeightShape shape;
  decompose::Settings settings;  ///< all but rank, levels and lambda
  /// [filters][channels][R][S]. With moments: the weights that the outputs are nearest to the
  /// original network's with, for the inputs that the layer meets.
  std::vector<float> targets;
  std::span<const decompose::OutputForm> forms;  ///< empty: the squared error of the weights counts
  /// What `forms` looks at: squares of the filters' size, which samples of a problem share.
  std::shared_ptr<const std::vector<decompose::OutputForm>> held_forms;
  double energy = 0;  ///< sum over filters of w' H w (or w' w): what errors are relative to
};

struct LayerFit {
  decompose::Decomposition decomposition;
  double error = 0;  ///< relative, squared
  double bits = 0;   ///< codes by the rate model, and 8 bits for each element of the bases
};

/// True if a fit tries so many codes for every row that it takes many times as long as most.
[[nodiscard]] bool has_large_book(Candidate candidate);

/// The error of the weights counts.
[[nodiscard]] LayerProblem weight_problem(const LayerPlan& plan, std::span<const float> weights);

/// The error of the outputs counts.
[[nodiscard]] LayerProblem output_problem(const LayerPlan& plan, std::span<const float> weights,
                                          const LayerMoments& moments);

/// A problem of at most `filters` of the layer's filters, evenly spread; the layer itself where
/// its filters do not all share one second moment, or share bases.
[[nodiscard]] LayerProblem sample_of(const LayerProblem& problem, int filters);

/// `price` is lambda in relative squared error per bit. `starts` and `hops` as in
/// decompose::Settings.
[[nodiscard]] LayerFit fit(const LayerProblem& problem, Candidate candidate, double price,
                           int starts, int hops);

}  // namespace sd::compress
