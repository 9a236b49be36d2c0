#include "sdengine/compress/baseline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "layer_problem.hpp"
#include "output_match.hpp"
#include "pipeline.hpp"
#include "sdengine/graph/batch_norm.hpp"

namespace sd::compress {

namespace {

using decompose::Compensation;
using decompose::LevelSet;
using decompose::QuantisedLayer;

constexpr int fewest_bits = 2, most_bits = 8;
constexpr double scale_bits = 16;

/// Error (relative, squared) and bits of one layer at every width.
struct WidthCurve {
  std::vector<double> error, bits;
};

struct LayerInput {
  LayerPlan plan;
  std::vector<std::uint8_t> keep;  ///< pruning
  int bits = most_bits;
};

LevelSet levels_of(Baseline method) {
  return method == Baseline::powers_of_two ? LevelSet::powers_of_two : LevelSet::uniform;
}

double total_bits(const std::vector<WidthCurve>& curves, double price, std::vector<int>* widths) {
  double total = 0;
  for (std::size_t k = 0; k < curves.size(); ++k) {
    std::size_t best = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t w = 0; w < curves[k].bits.size(); ++w)
      if (const double cost = curves[k].error[w] + price * curves[k].bits[w]; cost < least) {
        least = cost;
        best = w;
      }
    total += curves[k].bits[best];
    if (widths != nullptr) (*widths)[k] = fewest_bits + static_cast<int>(best);
  }
  return total;
}

/// The widths of the layers at the lowest price that keeps within `budget`.
std::vector<int> choose_widths(const std::vector<WidthCurve>& curves, double budget) {
  double low = 1e-16, high = 1;
  for (int step = 0; step < 80; ++step) {
    const double middle = std::sqrt(low * high);
    (total_bits(curves, middle, nullptr) > budget ? low : high) = middle;
  }
  std::vector<int> widths(curves.size());
  total_bits(curves, high, &widths);
  return widths;
}

class BaselineRun {
 public:
  BaselineRun(const graph::Network& original, std::span<const std::vector<float>> images,
              Baseline method, const Reporter& report)
      : original_(original), images_(images), method_(method), report_(report) {
    for (LayerPlan& plan : plan_layers(original, {})) layers_.push_back({std::move(plan), {}});
  }

  void choose(double target_ratio) {
    double weights = 0, filters = 0;
    std::vector<std::span<const float>> all;
    for (const LayerInput& layer : layers_) {
      all.push_back(weights_of(layer));
      weights += static_cast<double>(all.back().size());
      filters += layer.plan.shape.filters;
    }
    if (method_ == Baseline::pruning) {
      // One mask bit for each weight, eight for each that is kept, a scale for each filter.
      const double for_codes = 32 / target_ratio - 1 - scale_bits * filters / weights;
      const double density = std::clamp(for_codes / most_bits, 0.0, 1.0);
      auto masks = decompose::magnitude_masks(all, density, decompose::PruneScope::layer);
      for (std::size_t k = 0; k < layers_.size(); ++k) layers_[k].keep = std::move(masks[k]);
      return;
    }
    const std::vector<int> widths = choose_widths(measure(), 32 * weights / target_ratio);
    for (std::size_t k = 0; k < layers_.size(); ++k) layers_[k].bits = widths[k];
  }

  BaselineResult realise() {
    BaselineResult result;
    result.network = original_;
    double error = 0, energy = 0, bits = 0, weights = 0;
    const auto store = [&](const LayerInput& layer, const QuantisedLayer& stored) {
      result.network.operators[static_cast<std::size_t>(layer.plan.operator_index)].weights =
          stored.weights;
      result.bits.push_back(stored.bits);
      bits += static_cast<double>(stored.storage.weights());
      const auto original = weights_of(layer);
      weights += static_cast<double>(original.size());
      for (std::size_t k = 0; k < original.size(); ++k) {
        const double difference = static_cast<double>(original[k]) - stored.weights[k];
        error += difference * difference;
        energy += static_cast<double>(original[k]) * original[k];
      }
    };
    if (images_.empty()) {
      for (const LayerInput& layer : layers_) {
        report_.at(to_string(method_), 0, name_of(layer));
        store(layer, quantised(layer, weights_of(layer), nullptr));
      }
    } else {
      walk(result, store);
    }
    result.ratio = bits > 0 ? 32 * weights / bits : 0;
    result.relative_error = energy > 0 ? std::sqrt(error / energy) : 0;
    return result;
  }

 private:
  [[nodiscard]] std::span<const float> weights_of(const LayerInput& layer) const {
    return original_.operators[static_cast<std::size_t>(layer.plan.operator_index)].weights;
  }
  [[nodiscard]] const std::string& name_of(const LayerInput& layer) const {
    return original_.operators[static_cast<std::size_t>(layer.plan.operator_index)].name;
  }

  [[nodiscard]] QuantisedLayer quantised(const LayerInput& layer, std::span<const float> targets,
                                         const Compensation* compensation) const {
    if (method_ == Baseline::pruning)
      return decompose::prune_and_quantise(targets, layer.plan.shape, layer.keep, most_bits,
                                           compensation);
    return decompose::quantise(targets, layer.plan.shape, levels_of(method_), layer.bits,
                               compensation);
  }

  /// Errors of plain rounding, in outputs where there are images: what the widths are chosen by.
  std::vector<WidthCurve> measure() {
    std::vector<WidthCurve> curves;
    std::optional<Walk> walk;
    if (!images_.empty()) walk.emplace(original_, images_);
    auto layer = layers_.begin();
    double energy = 0;
    for (int i = 1; i < static_cast<int>(original_.operators.size()); ++i) {
      const graph::Operator& op = original_.operators[static_cast<std::size_t>(i)];
      report_.at(fmt::format("{}: measure", to_string(method_)), progress(i), op.name);
      if (op.has_weights()) {
        std::vector<decompose::SecondMoment> moments;
        if (walk) moments = measure_moments(original_, i, walk->results(op.inputs[0]), {}).inputs;
        double own_energy = 0;
        for (const float w : op.weights) own_energy += static_cast<double>(w) * w;
        energy += own_energy;
        WidthCurve& curve = curves.emplace_back();
        for (int bits = fewest_bits; bits <= most_bits; ++bits) {
          const QuantisedLayer stored =
              decompose::quantise(op.weights, layer->plan.shape, levels_of(method_), bits);
          const double error =
              moments.empty()
                  ? stored.relative_error
                  : decompose::output_error(op.weights, stored.weights, layer->plan.shape, moments);
          curve.error.push_back(error * error * (moments.empty() ? own_energy : 1));
          curve.bits.push_back(static_cast<double>(stored.storage.weights()));
        }
        ++layer;
      }
      if (walk) walk->advance(original_, i);
    }
    if (!walk && energy > 0)
      for (WidthCurve& curve : curves)
        for (double& error : curve.error) error /= energy;
    return curves;
  }

  template <typename Store>
  void walk(BaselineResult& result, Store store) {
    Walk wanted(original_, images_), met(original_, images_);
    auto layer = layers_.begin();
    for (int i = 1; i < static_cast<int>(original_.operators.size()); ++i) {
      graph::Operator& op = result.network.operators[static_cast<std::size_t>(i)];
      report_.at(to_string(method_), progress(i), op.name);
      if (op.has_weights()) {
        const Tensors reference = wanted.ahead_of_relu(original_, i);
        const LayerMoments moments =
            measure_moments(original_, i, met.results(op.inputs[0]),
                            missing_outputs(reference, met.ahead_of_relu(original_, i)));
        const Compensation compensation(moments.inputs, layer->plan.shape, damping);
        const LayerProblem problem = output_problem(layer->plan, op.weights, moments);
        store(*layer, quantised(*layer, problem.targets, &compensation));
        correct_bias(op, statistics(met.ahead_of_relu(result.network, i), op.output.channels),
                     statistics(reference, op.output.channels));
        ++layer;
      }
      wanted.advance(original_, i);
      met.advance(result.network, i);
    }
  }

  [[nodiscard]] double progress(int index) const {
    return static_cast<double>(index) / static_cast<double>(original_.operators.size());
  }

  const graph::Network& original_;
  std::span<const std::vector<float>> images_;
  Baseline method_;
  const Reporter& report_;
  std::vector<LayerInput> layers_;
};

}  // namespace

const char* to_string(Baseline method) {
  switch (method) {
    case Baseline::uniform:
      return "uniform quantisation";
    case Baseline::powers_of_two:
      return "sums of powers of two";
    case Baseline::pruning:
      return "magnitude pruning and 8 bits";
  }
  return "";
}

BaselineResult quantise_network(const graph::Network& network,
                                std::span<const std::vector<float>> images, Baseline method,
                                double target_ratio, const Progress& progress,
                                std::stop_token stop) {
  graph::validate(network);
  if (!(target_ratio > 1 && target_ratio < 1000))
    throw std::invalid_argument(
        fmt::format("target_ratio is {}; it must be above 1 and below 1000", target_ratio));
  graph::Network original = network;
  graph::fold_batch_norm(original);
  const Reporter report(progress, std::move(stop));
  BaselineRun run(original, images, method, report);
  run.choose(target_ratio);
  return run.realise();
}

}  // namespace sd::compress
