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

void validate_batch_norm(const Operator& op) {
  const BatchNorm& norm = *op.batch_norm;
  const std::string where = fmt::format("the batch norm of {} '{}'", to_string(op.kind), op.name);
  if (!op.has_weights())
    throw ImportError(fmt::format("{} is not after a layer with weights", where));
  for (const std::vector<float>* values : {&norm.gamma, &norm.beta, &norm.mean, &norm.variance}) {
    if (values->size() != op.bias.size() || !all_finite(*values)) {
      throw ImportError(fmt::format("{} needs {} finite numbers for each of its parameters", where,
                                    op.bias.size()));
    }
  }
  for (const float variance : norm.variance) {
    if (!(double{variance} + norm.epsilon > 0) || !std::isfinite(norm.epsilon)) {
      throw ImportError(
          fmt::format("{} has the variance {} with epsilon {}; their sum must be positive", where,
                      variance, norm.epsilon));
    }
  }
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
  if (op.batch_norm) validate_batch_norm(op);
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

/// Whether dims, batch left out, hold as many elements as the shape.
bool same_elements(const std::vector<std::int64_t>& dims, const TensorShape& shape) {
  if (dims.size() < 2 || dims[0] < 0) return false;
  auto left = static_cast<std::int64_t>(shape.elements());
  for (std::size_t i = 1; i < dims.size(); ++i) {
    if (dims[i] < 1 || left % dims[i] != 0) return false;
    left /= dims[i];
  }
  return left == 1;
}

/// Batch and channels, channels and width, or channels, height and width.
bool fits_input(const std::vector<std::int64_t>& dims, const TensorShape& in) {
  if (dims.size() < 2 || dims.size() > 4 || dims[0] < 0 || dims[1] != in.channels) return false;
  const std::int64_t height = dims.size() == 4 ? dims[2] : 1;
  const std::int64_t width = dims.size() >= 3 ? dims.back() : 1;
  return height == in.height && width == in.width;
}

void validate_output_tensors(const Network& network) {
  const TensorShape& in = network.input_shape();
  const std::vector<std::int64_t>& dims = network.input_dims;
  if (!dims.empty() && !fits_input(dims, in)) {
    throw ImportError("the input's dimensions do not fit the input operator");
  }
  if (network.output_tensors.empty() && network.postprocessing.empty()) return;
  if (network.output_tensors.size() != network.outputs.size()) {
    throw ImportError(fmt::format("the network has {} output tensors for {} outputs",
                                  network.output_tensors.size(), network.outputs.size()));
  }
  std::set<std::string> names;
  for (std::size_t i = 0; i < network.outputs.size(); ++i) {
    const OutputTensor& tensor = network.output_tensors[i];
    const Operator& op = network.operators[static_cast<std::size_t>(network.outputs[i])];
    if (tensor.name.empty() || !names.insert(tensor.name).second)
      throw ImportError(fmt::format("output {} has no name, or one that is used twice", i));
    if (!same_elements(tensor.dims, op.output)) {
      throw ImportError(fmt::format("output '{}' has dimensions that do not fit {} '{}'",
                                    tensor.name, to_string(op.kind), op.name));
    }
  }
}

void validate_outputs(const Network& network) {
  if (network.outputs.empty()) throw ImportError("the network has no outputs");
  for (const int output : network.outputs) {
    if (output < 0 || output >= static_cast<int>(network.operators.size())) {
      throw ImportError(fmt::format("an output of the network is operator {} of {}", output,
                                    network.operators.size()));
    }
  }
  validate_output_tensors(network);
  // With post-processing, or several outputs, classes are not what the operators give.
  if (network.class_names.empty() || network.outputs.size() != 1 || !network.postprocessing.empty())
    return;
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
