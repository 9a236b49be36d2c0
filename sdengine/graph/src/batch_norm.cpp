#include "sdengine/graph/batch_norm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "sdengine/graph/onnx_import.hpp"

namespace sd::graph {
namespace {

void require_fit(const Operator& op, const BatchNorm& norm) {
  const std::size_t filters = op.bias.size();
  if (!op.has_weights() || filters == 0 || op.weights.size() % filters != 0) {
    throw ImportError(
        fmt::format("{} '{}' has no weights; only convolutions and fully connected layers take a "
                    "batch norm",
                    to_string(op.kind), op.name));
  }
  for (const std::vector<float>* values : {&norm.gamma, &norm.beta, &norm.mean, &norm.variance}) {
    if (values->size() != filters) {
      throw ImportError(fmt::format("the batch norm of '{}' has {} values for {} filters", op.name,
                                    values->size(), filters));
    }
  }
  for (const float variance : norm.variance) {
    if (!(variance + norm.epsilon > 0)) {
      throw ImportError(fmt::format(
          "the batch norm of '{}' has the variance {} with epsilon {}; their sum must be positive",
          op.name, variance, norm.epsilon));
    }
  }
}

}  // namespace

std::vector<double> batch_norm_scale(const BatchNorm& norm) {
  std::vector<double> scale;
  scale.reserve(norm.gamma.size());
  for (std::size_t m = 0; m < norm.gamma.size(); ++m) {
    scale.push_back(norm.gamma[m] / std::sqrt(double{norm.variance[m]} + norm.epsilon));
  }
  return scale;
}

void fold_batch_norm(Operator& op) {
  if (!op.batch_norm) return;
  const BatchNorm& norm = *op.batch_norm;
  require_fit(op, norm);
  const std::vector<double> scale = batch_norm_scale(norm);
  const std::size_t per_filter = op.weights.size() / op.bias.size();
  for (std::size_t m = 0; m < scale.size(); ++m) {
    for (std::size_t i = m * per_filter; i < (m + 1) * per_filter; ++i)
      op.weights[i] = static_cast<float>(op.weights[i] * scale[m]);
    const double shift = norm.beta[m] - norm.mean[m] * scale[m];
    op.bias[m] = static_cast<float>(op.bias[m] * scale[m] + shift);
  }
  op.batch_norm.reset();
}

void fold_batch_norm(Network& network) {
  for (Operator& op : network.operators) fold_batch_norm(op);
}

void unfold_batch_norm(Operator& op, const BatchNorm& norm) {
  if (op.batch_norm) {
    throw ImportError(fmt::format("{} '{}' has a batch norm already", to_string(op.kind), op.name));
  }
  require_fit(op, norm);
  const std::vector<double> scale = batch_norm_scale(norm);
  const std::size_t per_filter = op.weights.size() / op.bias.size();
  const auto filter = [&](std::size_t m) {
    return std::span(op.weights).subspan(m * per_filter, per_filter);
  };
  for (std::size_t m = 0; m < scale.size(); ++m) {
    const auto weights = filter(m);
    const bool zero = op.bias[m] == norm.beta[m] &&
                      std::all_of(weights.begin(), weights.end(), [](float w) { return w == 0; });
    if (scale[m] == 0 && !zero) {
      throw ImportError(fmt::format(
          "filter {} of '{}' cannot be unfolded: its batch norm has gamma 0, but its weights are "
          "not zero",
          m, op.name));
    }
  }
  for (std::size_t m = 0; m < scale.size(); ++m) {
    if (scale[m] == 0) {  // folding gives zeros and beta, whatever stands here
      op.bias[m] = norm.mean[m];
      continue;
    }
    for (float& weight : filter(m)) weight = static_cast<float>(weight / scale[m]);
    op.bias[m] = static_cast<float>((double{op.bias[m]} - norm.beta[m]) / scale[m] + norm.mean[m]);
  }
  op.batch_norm = norm;
}

}  // namespace sd::graph
