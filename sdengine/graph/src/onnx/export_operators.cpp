// The nodes of each kind of operator.
#include <fmt/format.h>

#include <limits>
#include <stdexcept>

#include "exporter.hpp"
#include "factored.hpp"

namespace sd::graph {
namespace {

void set_window(onnx::NodeProto& node, const Window& w) {
  set_integers(node, "kernel_shape", {w.kernel_height, w.kernel_width});
  set_integers(node, "strides", {w.stride_height, w.stride_width});
  set_integers(node, "pads", {w.pad_top, w.pad_left, w.pad_bottom, w.pad_right});
}

}  // namespace

void Exporter::export_node(const Operator& op, const std::string& output) {
  switch (op.kind) {
    case OperatorKind::input:
      throw std::logic_error("an input after the first operator");
    case OperatorKind::convolution:
      export_convolution(op, output);
      break;
    case OperatorKind::fully_connected:
      export_fully_connected(op, output);
      break;
    case OperatorKind::add:
      writer_->add_node("Add", op.name, {planes(op.inputs[0]), planes(op.inputs[1])}, output);
      break;
    case OperatorKind::max_pool:
    case OperatorKind::average_pool:
      export_pool(op, output);
      break;
    case OperatorKind::subsample_pad:
      export_subsample(op, output);
      break;
    case OperatorKind::concat: {
      std::vector<std::string> inputs;
      for (const int input : op.inputs) inputs.push_back(planes(input));
      set_integer(writer_->add_node("Concat", op.name, inputs, output), "axis", 1);
      break;
    }
    case OperatorKind::activation:
      export_rectifier(op, op.name, results_[static_cast<std::size_t>(op.inputs[0])].name, output);
      break;
    case OperatorKind::softmax:
      set_integer(writer_->add_node("Softmax", op.name, {features(op.inputs[0])}, output), "axis",
                  1);
      break;
  }
}

std::string Exporter::weights_of(const Operator& op, const std::vector<std::int64_t>& dims) {
  const auto factors = factored_.find(static_cast<int>(&op - network_.operators.data()));
  if (factors != factored_.end()) return join_factors(*writer_, op, *factors->second);
  return writer_->add_floats(op.name + ".weight", op.weights, dims);
}

void Exporter::export_convolution(const Operator& op, const std::string& output) {
  const std::int64_t filters = op.output.channels;
  const std::int64_t taps = std::int64_t{op.window.kernel_height} * op.window.kernel_width;
  const std::int64_t channels = static_cast<std::int64_t>(op.weights.size()) / (filters * taps);
  const std::string input = planes(op.inputs[0]);
  const std::string weights =
      weights_of(op, {filters, channels, op.window.kernel_height, op.window.kernel_width});
  const std::string bias = writer_->add_floats(op.name + ".bias", op.bias, {filters});
  onnx::NodeProto& node = writer_->add_node("Conv", op.name, {input, weights, bias}, output);
  set_window(node, op.window);
  set_integers(node, "dilations", {op.window.dilation_height, op.window.dilation_width});
  set_integer(node, "group", op.groups);
}

void Exporter::export_fully_connected(const Operator& op, const std::string& output) {
  const std::int64_t outputs = op.output.channels;
  const std::int64_t inputs = static_cast<std::int64_t>(op.weights.size()) / outputs;
  const std::string input = features(op.inputs[0]);
  const std::string weights = weights_of(op, {outputs, inputs});
  const std::string bias = writer_->add_floats(op.name + ".bias", op.bias, {outputs});
  set_integer(writer_->add_node("Gemm", op.name, {input, weights, bias}, output), "transB", 1);
}

void Exporter::export_pool(const Operator& op, const std::string& output) {
  const bool average = op.kind == OperatorKind::average_pool;
  onnx::NodeProto& node = writer_->add_node(average ? "AveragePool" : "MaxPool", op.name,
                                            {planes(op.inputs[0])}, output);
  set_window(node, op.window);
  const bool dilated = op.window.dilation_height != 1 || op.window.dilation_width != 1;
  if (dilated && (average || writer_->opset() < 10)) {
    throw std::runtime_error(fmt::format("{} '{}' is dilated, which opset {} cannot say",
                                         to_string(op.kind), op.name, writer_->opset()));
  }
  if (average) set_integer(node, "count_include_pad", op.window.count_include_pad ? 1 : 0);
  if (dilated)
    set_integers(node, "dilations", {op.window.dilation_height, op.window.dilation_width});
}

void Exporter::export_subsample(const Operator& op, const std::string& output) {
  const SubsamplePad& s = op.subsample;
  const bool pads = s.channels_before != 0 || s.channels_after != 0;
  const bool slices = s.stride_height != 1 || s.stride_width != 1 || !pads;
  std::string from = planes(op.inputs[0]);
  if (slices) {
    const std::string to = pads ? writer_->unique(op.name + "/slice") : output;
    if (writer_->opset() >= 10) {
      constexpr std::int64_t to_end = std::numeric_limits<std::int64_t>::max();
      writer_->add_node(
          "Slice", op.name,
          {from, writer_->integers({0, 0}), writer_->integers({to_end, to_end}),
           writer_->integers({2, 3}), writer_->integers({s.stride_height, s.stride_width})},
          to);
    } else {  // Slice has no steps yet; the largest of one value is that value
      set_window(writer_->add_node("MaxPool", op.name, {from}, to),
                 {.stride_height = s.stride_height, .stride_width = s.stride_width});
    }
    from = to;
  }
  if (!pads) return;
  const std::vector<std::int64_t> amounts{0, s.channels_before, 0, 0, 0, s.channels_after, 0, 0};
  const std::string name = slices ? op.name + "/pad" : op.name;
  if (writer_->opset() >= 11) {
    writer_->add_node("Pad", name, {from, writer_->integers(amounts)}, output);
  } else {
    set_integers(writer_->add_node("Pad", name, {from}, output), "pads", amounts);
  }
}

void Exporter::export_batch_norm(const Operator& op, const std::string& from,
                                 const std::string& to) {
  const BatchNorm& norm = *op.batch_norm;
  const auto filters = static_cast<std::int64_t>(norm.gamma.size());
  const auto add = [&](const char* what, const std::vector<float>& values) {
    return writer_->add_floats(op.name + what, values, {filters});
  };
  const std::string gamma = add(".gamma", norm.gamma), beta = add(".beta", norm.beta),
                    mean = add(".mean", norm.mean), variance = add(".variance", norm.variance);
  set_number(writer_->add_node("BatchNormalization", op.name + "/batch_norm",
                               {from, gamma, beta, mean, variance}, to),
             "epsilon", norm.epsilon);
}

void Exporter::export_rectifier(const Operator& op, const std::string& name,
                                const std::string& from, const std::string& to) {
  if (!op.clip_upper) {
    writer_->add_node("Relu", name, {from}, to);
    return;
  }
  const float low = 0.0F, high = *op.clip_upper;
  if (writer_->opset() >= 11) {
    const std::string lower = writer_->add_floats(op.name + ".min", {&low, 1}, {});
    writer_->add_node("Clip", name,
                      {from, lower, writer_->add_floats(op.name + ".max", {&high, 1}, {})}, to);
  } else {
    onnx::NodeProto& node = writer_->add_node("Clip", name, {from}, to);
    set_number(node, "min", low);
    set_number(node, "max", high);
  }
}

}  // namespace sd::graph
