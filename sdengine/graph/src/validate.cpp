#include <fmt/format.h>

#include <cmath>
#include <set>

#include "output_shape.hpp"
#include "sdengine/graph/onnx_import.hpp"

namespace sd::graph {
namespace {

bool all_finite(const std::vector<float>& values) {
  for (const float value : values) {
    if (!std::isfinite(value)) return false;
  }
  return true;
}

void validate_operator(const Network& network, int index, std::set<std::string>& names) {
  const Operator& op = network.operators[static_cast<std::size_t>(index)];
  const std::string where = fmt::format("{} '{}'", to_string(op.kind), op.name);
  if (op.name.empty())
    throw ImportError(fmt::format("operator {} ({}) has no name", index, to_string(op.kind)));
  if (!names.insert(op.name).second)
    throw ImportError(fmt::format("{} has a name that is used twice", where));
  if ((op.kind == OperatorKind::input) != (index == 0)) {
    throw ImportError(fmt::format("{} is operator {}; operator 0, and only that, must be the input",
                                  where, index));
  }
  std::vector<TensorShape> shapes;
  for (const int input : op.inputs) {
    if (input < 0 || input >= index) {
      throw ImportError(fmt::format("{} reads operator {}, which does not come before it ({})",
                                    where, input, index));
    }
    const Operator& source = network.operators[static_cast<std::size_t>(input)];
    if (source.kind == OperatorKind::softmax) {
      throw ImportError(fmt::format("{} reads softmax '{}'; softmax must be the last operator",
                                    where, source.name));
    }
    shapes.push_back(source.output);
  }
  const TensorShape expected = output_shape(op, shapes);
  if (!(expected == op.output)) {
    throw ImportError(
        fmt::format("{} says that its output is {} x {} x {}; its inputs give {} x {} x {}", where,
                    op.output.channels, op.output.height, op.output.width, expected.channels,
                    expected.height, expected.width));
  }
  if (!op.has_weights() && !(op.weights.empty() && op.bias.empty())) {
    throw ImportError(fmt::format("{} has weights, which its kind does not take", where));
  }
  if (!all_finite(op.weights) || !all_finite(op.bias)) {
    throw ImportError(fmt::format(
        "{} has weights that are infinite or not a number; train the model again", where));
  }
  const bool may_relu =
      op.has_weights() || op.kind == OperatorKind::add || op.kind == OperatorKind::activation;
  if (op.relu && !may_relu)
    throw ImportError(fmt::format("{} has a ReLU, which its kind does not take", where));
  if (op.kind == OperatorKind::activation && !op.relu) {
    throw ImportError(fmt::format("{} has no ReLU, and does nothing without", where));
  }
  if (op.clip_upper && !(op.relu && *op.clip_upper > 0 && std::isfinite(*op.clip_upper))) {
    throw ImportError(
        fmt::format("{} has the upper clip {}; it needs a ReLU and a positive, finite bound", where,
                    *op.clip_upper));
  }
}

void validate_preprocessing(const Network& network) {
  const Preprocessing& p = network.preprocessing;
  const auto channels = static_cast<std::size_t>(network.input_shape().channels);
  if (p.mean.size() != channels || p.stddev.size() != channels) {
    throw ImportError(
        fmt::format("the preprocessing has {} means and {} deviations for {} input channels",
                    p.mean.size(), p.stddev.size(), channels));
  }
  bool positive = all_finite(p.mean) && all_finite(p.stddev);
  for (const float deviation : p.stddev) positive = positive && deviation > 0;
  if (!positive)
    throw ImportError(
        "the preprocessing has a mean that is not finite or a deviation that is not positive");
}

void validate_outputs(const Network& network) {
  if (network.outputs.empty()) throw ImportError("the network has no outputs");
  for (const int output : network.outputs) {
    if (output < 0 || output >= static_cast<int>(network.operators.size())) {
      throw ImportError(fmt::format("an output of the network is operator {} of {}", output,
                                    network.operators.size()));
    }
  }
  if (network.class_names.empty()) return;
  const std::size_t classes =
      network.operators[static_cast<std::size_t>(network.output())].output.elements();
  if (network.class_names.size() != classes) {
    throw ImportError(fmt::format("the network has {} class names for {} outputs",
                                  network.class_names.size(), classes));
  }
}

}  // namespace

void validate(const Network& network) {
  if (network.operators.empty()) throw ImportError("the network has no operators");
  std::set<std::string> names;
  for (int i = 0; i < static_cast<int>(network.operators.size()); ++i)
    validate_operator(network, i, names);
  validate_outputs(network);
  validate_preprocessing(network);
}

}  // namespace sd::graph
