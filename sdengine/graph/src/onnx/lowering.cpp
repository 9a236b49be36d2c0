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

Lowering::Lowering(const onnx::GraphProto& graph, int opset, const std::string& fallback_name,
                   const ImportOptions& options)
    : graph_(graph),
      opset_(opset),
      options_(options),
      use_(analyse_use(graph)),
      reads_left_(use_.reads),
      budget_(graph.ByteSizeLong()),
      max_weights_((std::size_t{1} << 24) + 4 * graph.ByteSizeLong()) {
  network_.name = network_name(graph, fallback_name);
  for (const onnx::TensorProto& tensor : graph.initializer())
    initializers_.emplace(tensor.name(), &tensor);
}

Network Lowering::run() {
  if (graph_.output_size() == 0) throw ImportError("the model has no output");
  const auto unused = std::count(use_.needed.begin(), use_.needed.end(), false);
  if (unused > 0) note(fmt::format("{} nodes that no output depends on were left out", unused));
  read_input();
  for (int i = 0; i < graph_.node_size(); ++i) {
    if (!use_.needed[static_cast<std::size_t>(i)]) continue;
    lower(i);
    release_constants(i);
  }
  collect_outputs();
  drop_unreachable(network_);
  return std::move(network_);
}

void Lowering::lower(int index) {
  const Node node(graph_.node(index));
  const bool may_wait = use_.post_processes[static_cast<std::size_t>(index)];
  for (int i = 0; i < node.inputs(); ++i) {
    const Value* found = find(node, i);
    if (found != nullptr && std::holds_alternative<AfterCut>(*found)) return leave_after_cut(index);
  }
  try {
    lower_to_operator(node);
    // A Pad of the plane waits for a convolution, which will not come.
    const auto result = values_.find(node.output());
    const auto* activation =
        result == values_.end() ? nullptr : std::get_if<Activation>(&result->second);
    if (may_wait && activation != nullptr && activation->zero_pad != std::array<int, 4>{}) {
      values_.erase(result);
      node.fail("pads height and width, which is only supported in front of a convolution");
    }
  } catch (const ImportError&) {
    if (!may_cut_before(index)) throw;
    leave_after_cut(index);
  }
}

void Lowering::lower_to_operator(const Node& node) {
  bool any_activation = false, from_shape = node.type() == "Shape" || node.type() == "Size";
  for (int i = 0; i < node.inputs(); ++i) any_activation = any_activation || is_activation(node, i);
  from_shape = from_shape && any_activation;
  for (int i = 0; i < node.inputs(); ++i)
    from_shape = from_shape || from_shapes_.contains(node.input(i));
  if (from_shape) from_shapes_.insert(node.output());
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
  bool behind_weights = op.has_weights();
  for (const int input : op.inputs) {
    behind_weights = behind_weights || behind_weights_[static_cast<std::size_t>(input)];
    if (this->op(input).kind == OperatorKind::softmax) {
      node.fail("reads the result of softmax '{}', which must be the last operator",
                this->op(input).name);
    }
  }
  elements_ += static_cast<std::int64_t>(op.output.elements());
  // Many nodes may share one initializer.
  weights_ += op.weights.size() + op.bias.size();
  if (weights_ > max_weights_)
    node.fail("takes the weights of all operators far past the size of the file");
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
  behind_weights_.push_back(behind_weights);
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
    const auto reads = use_.value_reads.find(name);
    activation->exclusive =
        activation->exclusive && (reads == use_.value_reads.end() || reads->second <= 1);
  }
  if (!values_.emplace(name, std::move(value)).second) {
    throw ImportError(fmt::format("two nodes produce '{}'; the file is damaged", printable(name)));
  }
}

std::string Lowering::unique_name(const std::string& wanted) {
  return names_.unique(wanted.empty() ? "unnamed" : wanted);
}

}  // namespace sd::graph
