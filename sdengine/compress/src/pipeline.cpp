#include "pipeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "layer_result.hpp"
#include "output_match.hpp"
#include "sensitivity.hpp"

namespace sd::compress {

namespace {

constexpr int all_starts = 3;
/// Fits with large books get one start and this fraction of the hops: they have bits to spare, and
/// take most of the time.
constexpr int less_effort = 4;
/// A layer may take this much more than its share before it is fitted again at a higher price.
constexpr double tolerated = 1.004;
constexpr int retries = 4;
/// Of a layer that the outputs do not depend on.
constexpr double least_importance = 1e-6;
constexpr double largest_step = 1.3;

const std::vector<float>& weights_of(const graph::Network& network, const LayerPlan& plan) {
  return network.operators[static_cast<std::size_t>(plan.operator_index)].weights;
}

std::vector<float> channel_means(const Tensors& values, int channels) {
  const std::vector<double> mean = statistics(values, channels).mean;
  return {mean.begin(), mean.end()};
}

}  // namespace

/// Bits that are left, and the layers that are to share them.
struct Pipeline::Budget {
  double left = 0;
  std::span<const LayerCurve> curves;
};

Pipeline::Pipeline(const graph::Network& original, std::span<const std::vector<float>> images,
                   const Options& options, const Reporter& report)
    : original_(original),
      images_(images),
      options_(options),
      report_(report),
      plans_(plan_layers(original, options)) {}

double Pipeline::weights() const {
  double sum = 0;
  for (const LayerPlan& plan : plans_)
    if (!plan.dense) sum += static_cast<double>(weights_of(original_, plan).size());
  return sum;
}

const std::vector<LayerCurve>& Pipeline::curves() {
  if (!curves_.empty()) return curves_;
  const std::string stage = "measure rate-distortion curves";
  const double all = weights();
  double done = 0;
  double energy = 0;
  const auto measure = [&](const LayerPlan& plan, const LayerProblem& problem) {
    curves_.push_back(measure_curve(problem, plan.candidates));
    // The error of all weights together counts a layer by its energy; outputs count alike.
    if (!data_aware()) curves_.back().importance = problem.energy;
    energy += problem.energy;
    done += static_cast<double>(problem.targets.size());
  };
  if (data_aware()) {
    Walk walk(original_, images_);
    const Sensitivity sensitivity(original_, images_);
    auto plan = plans_.begin();
    for (int i = 1; i < static_cast<int>(original_.operators.size()); ++i) {
      const graph::Operator& op = original_.operators[static_cast<std::size_t>(i)];
      report_.at(stage, done / all, op.name);
      if (op.has_weights()) {
        if (!plan->dense) {
          const LayerMoments moments =
              measure_moments(original_, i, walk.results(op.inputs[0]), {});
          measure(*plan, output_problem(*plan, op.weights, moments));
          if (options_.importance == Importance::measured)
            curves_.back().importance =
                std::max(sensitivity.of(*plan, moments.inputs), least_importance);
        }
        ++plan;
      }
      walk.advance(original_, i);
    }
  } else {
    for (const LayerPlan& plan : plans_) {
      if (plan.dense) continue;
      report_.at(stage, done / all,
                 original_.operators[static_cast<std::size_t>(plan.operator_index)].name);
      measure(plan, weight_problem(plan, weights_of(original_, plan)));
    }
    for (LayerCurve& curve : curves_)
      curve.importance = energy > 0 && curve.importance > 0 ? curve.importance / energy : 1;
  }
  return curves_;
}

LayerFit Pipeline::fit_within(const LayerProblem& problem, std::size_t curve, Budget& budget) {
  const std::span<const LayerCurve> rest = budget.curves.subspan(curve);
  const double network_price = price_for(rest, budget.left);
  double expected = 0;
  for (const LayerCurve& layer : rest) expected += choose(layer, network_price).bits;
  Choice choice = choose(rest.front(), network_price);
  const double allowed = budget.left * choice.bits / expected;
  LayerFit best;
  for (int attempt = 0; attempt <= retries; ++attempt) {
    const bool large = has_large_book(choice.candidate);
    LayerFit found = fit(problem, choice.candidate, choice.price, large ? 1 : all_starts,
                         large ? options_.exact.hops / less_effort : options_.exact.hops);
    const double excess = found.bits / allowed;
    if (attempt == 0 || found.bits < best.bits) best = std::move(found);
    if (excess <= tolerated) break;
    // Bits fall slowly with the price.
    choice.price *= std::pow(std::min(excess, largest_step), 6);
  }
  budget.left -= best.bits;
  return best;
}

decompose::Decomposition Pipeline::fit_paper(const LayerPlan& plan,
                                             const LayerProblem& problem) const {
  decompose::Decomposition layer =
      decompose::decompose_paper(weights_of(original_, plan), plan.shape, options_.paper).layer;
  // The paper's codes stay; only their bases know of the outputs.
  if (!problem.forms.empty())
    decompose::refit_bases_for_outputs(layer, problem.targets, problem.forms);
  return layer;
}

void Pipeline::fit_layer(Result& result, const LayerPlan& plan, const LayerProblem& problem,
                         std::size_t curve, Budget* budget) {
  decompose::Decomposition layer;
  if (options_.algorithm == Algorithm::paper) {
    layer = fit_paper(plan, problem);
  } else if (budget != nullptr) {
    layer = fit_within(problem, curve, *budget).decomposition;
  } else {
    const double price = problem.energy > 0 ? plan.settings.lambda / problem.energy : 0;
    layer = fit(problem, plan.candidates.front(), price, plan.settings.starts, plan.settings.hops)
                .decomposition;
  }
  const auto index = static_cast<std::size_t>(plan.operator_index);
  result.network.operators[index].weights =
      decompose::from_matrices(layer.rebuild(), layer.shape, layer.layout);
  result.choices[index].decomposition = std::move(layer);
}

void Pipeline::realise_weights(Result& result, Budget* budget, const std::string& stage) {
  std::size_t curve = 0;
  double done = 0;
  for (const LayerPlan& plan : plans_) {
    if (plan.dense) continue;
    const std::vector<float>& weights = weights_of(original_, plan);
    report_.at(stage, done / this->weights(),
               original_.operators[static_cast<std::size_t>(plan.operator_index)].name);
    fit_layer(result, plan, weight_problem(plan, weights), curve++, budget);
    done += static_cast<double>(weights.size());
  }
}

void Pipeline::realise_outputs(Result& result, Budget* budget, const std::string& stage) {
  graph::Network& network = result.network;
  Walk wanted(original_, images_);
  Walk met(original_, images_);
  auto plan = plans_.begin();
  std::size_t curve = 0;
  double done = 0;
  for (int i = 1; i < static_cast<int>(network.operators.size()); ++i) {
    graph::Operator& op = network.operators[static_cast<std::size_t>(i)];
    report_.at(stage, done / weights(), op.name);
    if (op.has_weights()) {
      const int channels = op.output.channels;
      const Tensors& inputs = met.results(op.inputs[0]);
      const Tensors reference = wanted.ahead_of_relu(original_, i);
      pack::LayerChoice& choice = result.choices[static_cast<std::size_t>(i)];
      if (!plan->dense) {
        if (data_aware()) {
          const Tensors missing = missing_outputs(reference, met.ahead_of_relu(original_, i));
          const LayerMoments moments = measure_moments(original_, i, inputs, missing);
          fit_layer(result, *plan, output_problem(*plan, op.weights, moments), curve++, budget);
        } else {
          fit_layer(result, *plan, weight_problem(*plan, op.weights), curve++, budget);
        }
        if (options_.norm_reestimation)
          restore_deviation(*choice.decomposition, op.weights,
                            statistics(met.ahead_of_relu(network, i), channels),
                            statistics(reference, channels));
        done += static_cast<double>(op.weights.size());
      }
      if (options_.bias_correction || options_.norm_reestimation) {
        correct_bias(op, statistics(met.ahead_of_relu(network, i), channels),
                     statistics(reference, channels));
        choice.input_mean = channel_means(
            inputs, network.operators[static_cast<std::size_t>(op.inputs[0])].output.channels);
      }
      result.layers[static_cast<std::size_t>(plan - plans_.begin())].output_error =
          relative_output_error(met.ahead_of_relu(network, i), reference, channels);
      ++plan;
    }
    wanted.advance(original_, i);
    met.advance(network, i);
  }
}

Result Pipeline::realise(std::optional<double> bits, const std::string& stage) {
  Result result;
  result.network = original_;
  result.choices.resize(original_.operators.size());
  for (const LayerPlan& plan : plans_)
    result.choices[static_cast<std::size_t>(plan.operator_index)].pointwise_columns =
        plan.settings.pointwise_columns;
  result.layers.resize(plans_.size());
  Budget budget;
  if (bits) budget = {*bits, curves()};
  Budget* const shared = bits ? &budget : nullptr;
  if (images_.empty())
    realise_weights(result, shared, stage);
  else
    realise_outputs(result, shared, stage);
  for (std::size_t k = 0; k < plans_.size(); ++k) {
    const double output_error = result.layers[k].output_error;
    result.layers[k] = describe(original_, plans_[k],
                                result.choices[static_cast<std::size_t>(plans_[k].operator_index)]);
    result.layers[k].output_error = output_error;
  }
  add_totals(result, original_);
  return result;
}

}  // namespace sd::compress
