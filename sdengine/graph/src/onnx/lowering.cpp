#include "lowering.hpp"

#include <algorithm>

#include "../output_shape.hpp"
#include "drop_unreachable.hpp"

namespace sd::graph {
namespace {

constexpr std::int64_t max_total_elements = std::int64_t{1} << 28;

LowerFunction find_lowering(const std::string& type) {
  for (const auto part : {weight_lowerings(), affine_lowerings(), pool_lowerings(),
                          activation_lowerings(), layout_lowerings(), shortcut_lowerings()}) {
    for (const LowerEntry& entry : part) {
      if (type == entry.type) return entry.function;
    }
  }
  return nullptr;
}

std::string network_name(const onnx::GraphProto& graph, const std::string& fallback) {
  // What frameworks write when they know no name.
  const std::string& name = graph.name();
  const bool meaningless =
      name.empty() || name.starts_with("torch") || name == "main_graph" || name == "main";
  return meaningless ? fallback : printable(name);
}

}  // namespace

Lowering::Lowering(const onnx::GraphProto& graph, int opset, const std::string& fallback_name)
    : graph_(graph), opset_(opset) {
  network_.name = network_name(graph, fallback_name);
  for (const onnx::TensorProto& tensor : graph.initializer())
    initializers_.emplace(tensor.name(), &tensor);
}

Network Lowering::run() {
  find_needed_nodes();
  read_input();
  for (int i = 0; i < graph_.node_size(); ++i) {
    if (needed_[static_cast<std::size_t>(i)]) lower(Node(graph_.node(i)));
  }
  const std::string& name = graph_.output(0).name();
  const auto found = values_.find(name);
  if (found == values_.end() || !std::holds_alternative<Activation>(found->second)) {
    throw ImportError(
        fmt::format("the model's output '{}' does not depend on its input", printable(name)));
  }
  const Activation& result = std::get<Activation>(found->second);
  if (result.zero_pad != std::array<int, 4>{}) {
    throw ImportError(
        fmt::format("the model's output '{}' is padded, which is not supported", printable(name)));
  }
  network_.outputs = {result.op};
  drop_unreachable(network_);
  return std::move(network_);
}

void Lowering::find_needed_nodes() {
  if (graph_.output_size() != 1) {
    throw ImportError(
        fmt::format("the model has {} outputs; only classifiers with one output are supported",
                    graph_.output_size()));
  }
  std::map<std::string, int> producer;
  for (int i = 0; i < graph_.node_size(); ++i) {
    for (const std::string& output : graph_.node(i).output()) {
      if (!output.empty()) producer.emplace(output, i);
    }
  }
  needed_.assign(static_cast<std::size_t>(graph_.node_size()), false);
  std::vector<std::string> open{graph_.output(0).name()};
  ++uses_[open.front()];
  while (!open.empty()) {
    const auto found = producer.find(open.back());
    open.pop_back();
    if (found == producer.end() || needed_[static_cast<std::size_t>(found->second)]) continue;
    needed_[static_cast<std::size_t>(found->second)] = true;
    const onnx::NodeProto& node = graph_.node(found->second);
    const bool reads_values = node.op_type() != "Shape" && node.op_type() != "Size";
    for (const std::string& input : node.input()) {
      if (reads_values) ++uses_[input];
      open.push_back(input);
    }
  }
  const auto unused = std::count(needed_.begin(), needed_.end(), false);
  if (unused > 0)
    note(fmt::format("{} nodes that the output does not depend on were left out", unused));
}

void Lowering::read_input() {
  const onnx::ValueInfoProto* input = nullptr;
  for (const onnx::ValueInfoProto& candidate : graph_.input()) {
    if (initializers_.contains(candidate.name()))
      continue;  // up to IR version 3 weights are listed as inputs
    if (input != nullptr) {
      throw ImportError(
          fmt::format("the model has several inputs ('{}' and '{}'); only one image is supported",
                      printable(input->name()), printable(candidate.name())));
    }
    input = &candidate;
  }
  if (input == nullptr) throw ImportError("the model has no input");
  const std::string where = fmt::format("the model's input '{}'", printable(input->name()));
  const auto& type = input->type().tensor_type();
  if (type.elem_type() != onnx::TensorProto::FLOAT) {
    throw ImportError(fmt::format("{} has element type {}; export the model with a float32 input",
                                  where, type.elem_type()));
  }
  const int rank = type.shape().dim_size();
  if (rank < 2 || rank > 4) {
    throw ImportError(fmt::format(
        "{} has {} dimensions; it must be batch x channels x height x width", where, rank));
  }
  Dims dims;
  for (int i = 0; i < rank; ++i) {
    const auto& dim = type.shape().dim(i);
    const bool known = dim.has_dim_value() && dim.dim_value() > 0;
    if (i > 0 && !known) {
      throw ImportError(fmt::format(
          "{} leaves dimension {} open; export the model with a fixed image size", where, i));
    }
    if (known && dim.dim_value() > (1 << 27)) {
      throw ImportError(
          fmt::format("{} has a dimension of {}, which is too large", where, dim.dim_value()));
    }
    dims.push_back(known ? dim.dim_value() : 1);  // an open batch counts as one image
  }
  Operator op;
  op.kind = OperatorKind::input;
  op.name = unique_name(printable(input->name()));
  op.output.channels = static_cast<int>(dims[1]);
  op.output.height = rank == 4 ? static_cast<int>(dims[2]) : 1;
  op.output.width = rank >= 3 ? static_cast<int>(dims[static_cast<std::size_t>(rank) - 1]) : 1;
  require_reasonable(op.output, where);
  if (dims[0] > 1)
    note(fmt::format("the model's batch of {} is taken one image at a time", dims[0]));
  network_.operators.push_back(std::move(op));
  bind_value(input->name(), Activation{0, dims});
}

void Lowering::lower(const Node& node) {
  bool any_activation = false;
  for (int i = 0; i < node.inputs(); ++i) any_activation = any_activation || is_activation(node, i);
  if (!any_activation) {
    if (!can_fold(node)) {
      node.fail("is of a type that is not supported{}; docs/networks.md lists those that are",
                find_lowering(node.type()) != nullptr
                    ? " without an input that depends on the image"
                    : "");
    }
    bind(node, fold(node, constants(node), budget_));
    return;
  }
  const LowerFunction function = find_lowering(node.type());
  if (function == nullptr) {
    node.fail("is of a type that is not supported; docs/networks.md lists those that are");
  }
  function(*this, node);
}

const Lowering::Value* Lowering::find(const Node& node, int input) const {
  const std::string& name = node.input(input);
  if (name.empty()) return nullptr;
  const auto found = values_.find(name);
  if (found != values_.end()) return &found->second;
  const auto initializer = initializers_.find(name);
  if (initializer == initializers_.end()) {
    node.fail("reads '{}', which nothing before it produces", printable(name));
  }
  Value value = std::make_shared<const Constant>(
      read_tensor(*initializer->second, fmt::format("initializer '{}'", printable(name))));
  return &values_.emplace(name, std::move(value)).first->second;
}

const Lowering::Value& Lowering::value(const Node& node, int input) const {
  const Value* found = find(node, input);
  if (found == nullptr) node.fail("lacks its input {}", input);
  return *found;
}

const Constant* Lowering::constant(const Node& node, int input) const {
  const Value* found = find(node, input);
  if (found == nullptr || !std::holds_alternative<ConstantPtr>(*found)) return nullptr;
  return std::get<ConstantPtr>(*found).get();
}

bool Lowering::is_activation(const Node& node, int input) const {
  const Value* found = find(node, input);
  return found != nullptr && std::holds_alternative<Activation>(*found);
}

Activation Lowering::padded_activation(const Node& node, int input) const {
  const Value& found = value(node, input);
  if (!std::holds_alternative<Activation>(found)) {
    node.fail("has a constant as input {}, which is not supported; it must depend on the image",
              input);
  }
  return std::get<Activation>(found);
}

Activation Lowering::activation(const Node& node, int input) const {
  Activation result = padded_activation(node, input);
  if (result.zero_pad != std::array<int, 4>{}) {
    node.fail(
        "follows a Pad of height and width, which is only supported in front of a convolution");
  }
  return result;
}

TensorShape Lowering::planes(const Node& node, const Activation& x) const {
  const TensorShape shape = op(x.op).output;
  const auto& pad = x.zero_pad;
  const std::int64_t height = std::int64_t{shape.height} + pad[0] + pad[2];
  const std::int64_t width = std::int64_t{shape.width} + pad[1] + pad[3];
  const Dims four{shape.channels, height, width}, three{shape.channels, width};
  const Dims seen(x.dims.begin() + 1, x.dims.end());
  if (seen != four && !(seen == three && height == 1)) {
    node.fail(
        "reads a tensor of shape {} that was reshaped from {} x {} x {}, which is not supported",
        to_text(x.dims), shape.channels, shape.height, shape.width);
  }
  return shape;
}

std::vector<const Constant*> Lowering::constants(const Node& node) const {
  std::vector<const Constant*> result;
  for (int i = 0; i < node.inputs(); ++i) result.push_back(constant(node, i));
  return result;
}

Activation Lowering::append(const Node& node, Operator op, Dims dims) {
  op.name = unique_name(node.name());
  std::vector<TensorShape> shapes;
  for (const int input : op.inputs) shapes.push_back(this->op(input).output);
  try {
    op.output = output_shape(op, shapes);
  } catch (const ImportError& error) {
    node.fail("is not valid: {}", error.what());
  }
  elements_ += static_cast<std::int64_t>(op.output.elements());
  if (elements_ > max_total_elements) {
    node.fail(
        "takes the results of all operators past {} elements for one image; use smaller images",
        max_total_elements);
  }
  Activation result;
  result.op = static_cast<int>(network_.operators.size());
  result.dims = dims.empty() ? Dims{1, op.output.channels, op.output.height, op.output.width}
                             : std::move(dims);
  network_.operators.push_back(std::move(op));
  return result;
}

void Lowering::bind(const Node& node, Activation result) {
  bind_value(node.output(), std::move(result));
}

void Lowering::bind(const Node& node, Constant result) {
  bind_value(node.output(), std::make_shared<const Constant>(std::move(result)));
}

void Lowering::bind_value(const std::string& name, Value value) {
  if (auto* activation = std::get_if<Activation>(&value)) {
    const auto uses = uses_.find(name);
    activation->exclusive = activation->exclusive && (uses == uses_.end() || uses->second <= 1);
  }
  if (!values_.emplace(name, std::move(value)).second) {
    throw ImportError(fmt::format("two nodes produce '{}'; the file is damaged", printable(name)));
  }
}

std::string Lowering::unique_name(const std::string& wanted) {
  const std::string base = wanted.empty() ? "unnamed" : wanted;
  std::string name = base;
  for (int i = 2; !names_.insert(name).second; ++i) name = fmt::format("{}#{}", base, i);
  return name;
}

}  // namespace sd::graph
