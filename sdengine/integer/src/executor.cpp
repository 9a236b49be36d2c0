#include "sdengine/integer/executor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <stdexcept>

#include "convolution.hpp"
#include "elementwise.hpp"
#include "pooling.hpp"
#include "trace_counts.hpp"

namespace sd::integer {

namespace {

using graph::OperatorKind;

const graph::TensorShape& shape_of(const pack::PackedModel& model, int index) {
  return model.network.operators[static_cast<std::size_t>(index)].output;
}

void require_size(const std::string& what, std::size_t size, const graph::TensorShape& shape) {
  if (size != shape.elements())
    throw std::invalid_argument(fmt::format("{} has {} values; its shape {}x{}x{} asks for {}",
                                            what, size, shape.channels, shape.height, shape.width,
                                            shape.elements()));
}

}  // namespace

struct Executor::Prepared {
  std::vector<std::optional<Convolution>> layers;  ///< per operator
};

Executor::Executor(std::shared_ptr<const pack::PackedModel> model) : model_(std::move(model)) {
  if (!model_) throw std::invalid_argument("there is no packed model to execute");
  pack::validate(*model_);
  auto prepared = std::make_shared<Prepared>();
  const auto& operators = model_->network.operators;
  for (std::size_t i = 0; i < operators.size(); ++i) {
    auto& layer = prepared->layers.emplace_back();
    if (model_->layers[i])
      layer.emplace(operators[i], shape_of(*model_, operators[i].inputs[0]), *model_->layers[i]);
  }
  prepared_ = std::move(prepared);
}

Tensor Executor::quantise_input(std::span<const float> image) const {
  require_size("the image", image.size(), model_->network.input_shape());
  const float scale = model_->activation_scale[0];
  Tensor result(image.size());
  for (std::size_t i = 0; i < image.size(); ++i) {
    const float value = std::round(image[i] / scale);  // half away from zero
    result[i] = std::isnan(value) ? std::int8_t{0}
                                  : static_cast<std::int8_t>(std::clamp(value, -128.0F, 127.0F));
  }
  return result;
}

Tensor Executor::run_operator(int operator_index, std::span<const Tensor* const> inputs) const {
  return execute(operator_index, inputs, nullptr);
}

Tensor Executor::execute(int operator_index, std::span<const Tensor* const> inputs,
                         std::int64_t* saturated) const {
  const auto& operators = model_->network.operators;
  if (operator_index < 1 || static_cast<std::size_t>(operator_index) >= operators.size())
    throw std::invalid_argument(fmt::format("operator {} cannot be run; the network's are 1 to {}",
                                            operator_index, operators.size() - 1));
  const graph::Operator& op = operators[static_cast<std::size_t>(operator_index)];
  if (inputs.size() != op.inputs.size())
    throw std::invalid_argument(fmt::format("operator '{}' takes {} inputs; {} were given", op.name,
                                            op.inputs.size(), inputs.size()));
  for (std::size_t k = 0; k < inputs.size(); ++k)
    require_size(fmt::format("input {} of operator '{}'", k, op.name), inputs[k]->size(),
                 shape_of(*model_, op.inputs[k]));

  const graph::TensorShape& input = shape_of(*model_, op.inputs[0]);
  const pack::ElementwiseStage& stage =
      model_->elementwise[static_cast<std::size_t>(operator_index)];
  switch (op.kind) {
    case OperatorKind::convolution:
    case OperatorKind::fully_connected:
      return prepared_->layers[static_cast<std::size_t>(operator_index)]->run(*inputs[0],
                                                                              saturated);
    case OperatorKind::add:
      return add(op, *inputs[0], *inputs[1], stage, saturated);
    case OperatorKind::max_pool:
      return max_pool(op, input, *inputs[0]);
    case OperatorKind::average_pool:
      return average_pool(op, input, *inputs[0], {0, stage.multipliers[0], stage.shift}, saturated);
    case OperatorKind::subsample_pad:
      return subsample_pad(op, input, *inputs[0]);
    case OperatorKind::concat:
      return concat(op, inputs, stage, saturated);
    case OperatorKind::activation:
      return activation(op, *inputs[0], stage, saturated);
    case OperatorKind::softmax:
      return *inputs[0];
    case OperatorKind::input:
      break;
  }
  throw std::logic_error("an input operator other than the first");  // validate() has refused it
}

Tensor Executor::run(const Tensor& image) const {
  return run(image, {}, nullptr);
}

Tensor Executor::run(const Tensor& image, const Observer& see) const {
  return run(image, see, nullptr);
}

Tensor Executor::run(const Tensor& image, Trace& trace) const {
  return run(image, {}, &trace);
}

Tensor Executor::run(const Tensor& image, const Observer& see, Trace* trace) const {
  require_size("the image", image.size(), model_->network.input_shape());
  if (trace != nullptr) begin_image(*trace, *model_);
  const auto& operators = model_->network.operators;
  std::vector<Tensor> results(operators.size());
  for (std::size_t i = 0; i < operators.size(); ++i) {
    OperatorTrace* const traced = trace == nullptr ? nullptr : &trace->operators[i];
    std::vector<const Tensor*> inputs;
    for (const int input : operators[i].inputs)
      inputs.push_back(&results[static_cast<std::size_t>(input)]);
    results[i] = i == 0 ? image
                        : execute(static_cast<int>(i), inputs,
                                  traced == nullptr ? nullptr : &traced->saturated_values);
    if (traced != nullptr) count_values(*traced, operators[i].output, results[i]);
    if (see) see(static_cast<int>(i), results[i]);
  }
  Tensor outputs;
  for (const int output : model_->network.outputs) {
    const Tensor& values = results[static_cast<std::size_t>(output)];
    outputs.insert(outputs.end(), values.begin(), values.end());
  }
  return outputs;
}

int argmax(std::span<const std::int8_t> values) {
  if (values.empty()) throw std::invalid_argument("there is no largest of no values");
  return static_cast<int>(std::max_element(values.begin(), values.end()) - values.begin());
}

}  // namespace sd::integer
