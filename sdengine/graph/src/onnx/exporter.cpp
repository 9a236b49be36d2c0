#include "exporter.hpp"

#include <fmt/format.h>

#include <bit>
#include <limits>
#include <stdexcept>

#include "metadata.hpp"

namespace sd::graph {
namespace {

static_assert(std::endian::native == std::endian::little, "ONNX raw data is little-endian");

constexpr int exported_opset = 13;
constexpr int exported_ir_version = 7;

void set_integer(onnx::NodeProto& node, const char* name, std::int64_t value) {
  auto* attribute = node.add_attribute();
  attribute->set_name(name);
  attribute->set_type(onnx::AttributeProto::INT);
  attribute->set_i(value);
}

void set_integers(onnx::NodeProto& node, const char* name, const std::vector<int>& values) {
  auto* attribute = node.add_attribute();
  attribute->set_name(name);
  attribute->set_type(onnx::AttributeProto::INTS);
  for (const int value : values) attribute->add_ints(value);
}

void set_window(onnx::NodeProto& node, const Window& w) {
  set_integers(node, "kernel_shape", {w.kernel_height, w.kernel_width});
  set_integers(node, "strides", {w.stride_height, w.stride_width});
  set_integers(node, "pads", {w.pad_top, w.pad_left, w.pad_bottom, w.pad_right});
}

void declare(onnx::ValueInfoProto& value, const std::string& name, const std::vector<int>& dims) {
  value.set_name(name);
  auto* tensor = value.mutable_type()->mutable_tensor_type();
  tensor->set_elem_type(onnx::TensorProto::FLOAT);
  tensor->mutable_shape()->add_dim()->set_dim_param("N");
  for (const int dim : dims) tensor->mutable_shape()->add_dim()->set_dim_value(dim);
}

}  // namespace

onnx::ModelProto Exporter::run() {
  model_.set_ir_version(exported_ir_version);
  model_.set_producer_name("smartdeal");
  auto* opset = model_.add_opset_import();
  opset->set_domain("");
  opset->set_version(exported_opset);
  onnx::GraphProto& graph = *model_.mutable_graph();
  graph.set_name(network_.name);

  const Operator& input = network_.operators.front();
  const TensorShape& in = input.output;
  declare(*graph.add_input(), unique(input.name), {in.channels, in.height, in.width});
  results_.push_back({input.name, false});
  for (int i = 1; i < static_cast<int>(network_.operators.size()); ++i) export_operator(i);

  const Result& result = results_[static_cast<std::size_t>(network_.output())];
  const TensorShape& out = network_.operators[static_cast<std::size_t>(network_.output())].output;
  if (network_.output() == 0)
    throw std::runtime_error("a network without operators cannot be written as ONNX");
  declare(*graph.add_output(), result.name,
          result.flat ? std::vector<int>{static_cast<int>(out.elements())}
                      : std::vector<int>{out.channels, out.height, out.width});
  write_metadata(network_, model_);
  return std::move(model_);
}

void Exporter::export_operator(int index) {
  const Operator& op = network_.operators[static_cast<std::size_t>(index)];
  const std::string output = unique(op.name);
  const bool two_nodes = op.relu && op.kind != OperatorKind::activation;
  const std::string before_relu = two_nodes ? unique(op.name + "/linear") : output;
  export_node(op, before_relu);
  if (two_nodes) export_rectifier(op, op.name + "/relu", before_relu, output);
  const bool flat = op.kind == OperatorKind::fully_connected || op.kind == OperatorKind::softmax ||
                    (op.kind == OperatorKind::activation &&
                     results_[static_cast<std::size_t>(op.inputs[0])].flat);
  results_.push_back({output, flat});
}

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
      add_node("Add", op.name, {planes(op.inputs[0]), planes(op.inputs[1])}, output);
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
      set_integer(add_node("Concat", op.name, inputs, output), "axis", 1);
      break;
    }
    case OperatorKind::activation:
      export_rectifier(op, op.name, results_[static_cast<std::size_t>(op.inputs[0])].name, output);
      break;
    case OperatorKind::softmax:
      export_softmax(op, output);
      break;
  }
}

void Exporter::export_convolution(const Operator& op, const std::string& output) {
  const std::int64_t filters = op.output.channels;
  const std::int64_t taps = std::int64_t{op.window.kernel_height} * op.window.kernel_width;
  const std::int64_t channels = static_cast<std::int64_t>(op.weights.size()) / (filters * taps);
  const std::string weights =
      add_floats(op.name + ".weight", op.weights,
                 {filters, channels, op.window.kernel_height, op.window.kernel_width});
  const std::string bias = add_floats(op.name + ".bias", op.bias, {filters});
  onnx::NodeProto& node = add_node("Conv", op.name, {planes(op.inputs[0]), weights, bias}, output);
  set_window(node, op.window);
  set_integers(node, "dilations", {op.window.dilation_height, op.window.dilation_width});
  set_integer(node, "group", op.groups);
}

void Exporter::export_fully_connected(const Operator& op, const std::string& output) {
  const std::int64_t outputs = op.output.channels;
  const std::int64_t inputs = static_cast<std::int64_t>(op.weights.size()) / outputs;
  const std::string weights = add_floats(op.name + ".weight", op.weights, {outputs, inputs});
  const std::string bias = add_floats(op.name + ".bias", op.bias, {outputs});
  set_integer(add_node("Gemm", op.name, {features(op.inputs[0]), weights, bias}, output), "transB",
              1);
}

void Exporter::export_pool(const Operator& op, const std::string& output) {
  const bool average = op.kind == OperatorKind::average_pool;
  onnx::NodeProto& node =
      add_node(average ? "AveragePool" : "MaxPool", op.name, {planes(op.inputs[0])}, output);
  set_window(node, op.window);
  const bool dilated = op.window.dilation_height != 1 || op.window.dilation_width != 1;
  if (average) {
    if (dilated) {
      throw std::runtime_error(fmt::format(
          "average pool '{}' is dilated, which opset {} cannot say", op.name, exported_opset));
    }
    set_integer(node, "count_include_pad", op.window.count_include_pad ? 1 : 0);
  } else if (dilated) {
    set_integers(node, "dilations", {op.window.dilation_height, op.window.dilation_width});
  }
}

void Exporter::export_subsample(const Operator& op, const std::string& output) {
  const SubsamplePad& s = op.subsample;
  const bool pads = s.channels_before != 0 || s.channels_after != 0;
  const bool slices = s.stride_height != 1 || s.stride_width != 1 || !pads;
  std::string from = planes(op.inputs[0]);
  if (slices) {
    constexpr std::int64_t to_end = std::numeric_limits<std::int64_t>::max();
    const std::string to = pads ? unique(op.name + "/slice") : output;
    add_node(
        "Slice", op.name,
        {from, add_integers(op.name + ".starts", {0, 0}),
         add_integers(op.name + ".ends", {to_end, to_end}), add_integers(op.name + ".axes", {2, 3}),
         add_integers(op.name + ".steps", {s.stride_height, s.stride_width})},
        to);
    from = to;
  }
  if (pads) {
    const std::vector<std::int64_t> amounts{0, s.channels_before, 0, 0, 0, s.channels_after, 0, 0};
    add_node("Pad", slices ? op.name + "/pad" : op.name,
             {from, add_integers(op.name + ".pads", amounts)}, output);
  }
}

void Exporter::export_softmax(const Operator& op, const std::string& output) {
  set_integer(add_node("Softmax", op.name, {features(op.inputs[0])}, output), "axis", 1);
}

void Exporter::export_rectifier(const Operator& op, const std::string& name,
                                const std::string& from, const std::string& to) {
  if (!op.clip_upper) {
    add_node("Relu", name, {from}, to);
    return;
  }
  const float low = 0.0F, high = *op.clip_upper;
  add_node("Clip", name,
           {from, add_floats(op.name + ".min", {&low, 1}, {}),
            add_floats(op.name + ".max", {&high, 1}, {})},
           to);
}

std::string Exporter::planes(int index) {
  const Result& result = results_[static_cast<std::size_t>(index)];
  if (!result.flat) return result.name;
  const std::string name = unique(result.name + "/planes");
  add_node("Unsqueeze", name, {result.name, add_integers(result.name + ".axes", {2, 3})}, name);
  return name;
}

std::string Exporter::features(int index) {
  const Result& result = results_[static_cast<std::size_t>(index)];
  if (result.flat) return result.name;
  const std::string name = unique(result.name + "/features");
  set_integer(add_node("Flatten", name, {result.name}, name), "axis", 1);
  return name;
}

std::string Exporter::unique(const std::string& wanted) {
  std::string name = wanted;
  for (int i = 2; !names_.insert(name).second; ++i) name = fmt::format("{}#{}", wanted, i);
  return name;
}

onnx::NodeProto& Exporter::add_node(const char* type, const std::string& name,
                                    const std::vector<std::string>& inputs,
                                    const std::string& output) {
  onnx::NodeProto& node = *model_.mutable_graph()->add_node();
  node.set_op_type(type);
  node.set_name(name);
  for (const std::string& input : inputs) node.add_input(input);
  node.add_output(output);
  return node;
}

std::string Exporter::add_floats(const std::string& name, std::span<const float> values,
                                 const std::vector<std::int64_t>& dims) {
  onnx::TensorProto& tensor = *model_.mutable_graph()->add_initializer();
  tensor.set_name(unique(name));
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  for (const std::int64_t dim : dims) tensor.add_dims(dim);
  tensor.set_raw_data(values.data(), values.size_bytes());
  return tensor.name();
}

std::string Exporter::add_integers(const std::string& name,
                                   const std::vector<std::int64_t>& values) {
  onnx::TensorProto& tensor = *model_.mutable_graph()->add_initializer();
  tensor.set_name(unique(name));
  tensor.set_data_type(onnx::TensorProto::INT64);
  tensor.add_dims(static_cast<std::int64_t>(values.size()));
  tensor.set_raw_data(values.data(), values.size() * sizeof(std::int64_t));
  return tensor.name();
}

}  // namespace sd::graph
