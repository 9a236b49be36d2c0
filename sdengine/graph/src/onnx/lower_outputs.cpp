// Where the network ends: its outputs, and the cut before nodes that only post-process.
#include <fmt/ranges.h>

#include <algorithm>

#include "lowering.hpp"
#include "postprocessing.hpp"

namespace sd::graph {
namespace {

bool has_subgraph(const onnx::NodeProto& node) {
  return std::any_of(node.attribute().begin(), node.attribute().end(), [](const auto& attribute) {
    return attribute.type() == onnx::AttributeProto::GRAPH ||
           attribute.type() == onnx::AttributeProto::GRAPHS || attribute.has_g() ||
           attribute.graphs_size() > 0;
  });
}

/// Types of the nodes that depend on `name`, in the order of the graph, each once; constants and
/// the arithmetic of shapes left out.
std::vector<std::string> types_after(const onnx::GraphProto& graph, const std::vector<int>& nodes,
                                     const std::string& name) {
  std::set<std::string> reached{name};
  std::vector<std::string> types;
  for (const int index : nodes) {
    const onnx::NodeProto& node = graph.node(index);
    const bool reads = std::any_of(node.input().begin(), node.input().end(),
                                   [&](const std::string& x) { return reached.contains(x); });
    if (!reads || node.op_type() == "Shape" || node.op_type() == "Size") continue;
    reached.insert(node.output().begin(), node.output().end());
    const std::string type = printable(node.op_type());
    if (std::find(types.begin(), types.end(), type) == types.end()) types.push_back(type);
  }
  return types;
}

}  // namespace

bool Lowering::may_cut_before(int index) const {
  const Node node(graph_.node(index));
  if (!use_.post_processes[static_cast<std::size_t>(index)] || has_subgraph(node.proto()))
    return false;
  bool any = false;
  for (int i = 0; i < node.inputs(); ++i) {
    const Value* found = find(node, i);
    const auto* activation = found == nullptr ? nullptr : std::get_if<Activation>(found);
    if (activation == nullptr) continue;
    any = true;
    if (!behind_weights_[static_cast<std::size_t>(activation->op)] ||
        activation->zero_pad != std::array<int, 4>{})
      return false;
  }
  // A constant that cannot be computed here may be part of what comes after a cut.
  return any ||
         std::find(behind_weights_.begin(), behind_weights_.end(), true) != behind_weights_.end();
}

void Lowering::leave_after_cut(int index) {
  const Node node(graph_.node(index));
  if (has_subgraph(node.proto())) node.fail("contains a graph of its own, which is not supported");
  for (int i = 0; i < node.inputs(); ++i) {
    const Value* found = find(node, i);  // fails for names that nothing produces
    const auto* activation = found == nullptr ? nullptr : std::get_if<Activation>(found);
    if (activation != nullptr && !behind_weights_[static_cast<std::size_t>(activation->op)]) {
      node.fail(
          "only post-processes, but reads '{}', which comes before the first layer with weights; "
          "this is not supported",
          printable(node.input(i)));
    }
  }
  for (const std::string& output : node.proto().output()) {
    if (!output.empty()) bind_value(output, AfterCut{});
  }
  after_cut_.push_back(index);
}

void Lowering::collect_outputs() {
  std::map<std::string, Activation> tensors;
  for (const onnx::ValueInfoProto& output : graph_.output()) {
    const auto found = values_.find(output.name());
    if (found == values_.end() || std::holds_alternative<ConstantPtr>(found->second)) {
      throw ImportError(fmt::format("the model's output '{}' does not depend on its input",
                                    printable(output.name())));
    }
    const auto* result = std::get_if<Activation>(&found->second);
    if (result == nullptr) continue;
    if (result->zero_pad != std::array<int, 4>{}) {
      throw ImportError(fmt::format("the model's output '{}' is padded, which is not supported",
                                    printable(output.name())));
    }
    const bool first = tensors.emplace(output.name(), *result).second;
    if (after_cut_.empty() && first) {
      network_.outputs.push_back(result->op);
      network_.output_tensors.push_back({output.name(), result->dims});
    }
  }
  if (!after_cut_.empty()) {
    for (const int index : after_cut_) {
      const Node node(graph_.node(index));
      for (int i = 0; i < node.inputs(); ++i) {
        const Value* found = find(node, i);
        const auto* read = found == nullptr ? nullptr : std::get_if<Activation>(found);
        if (read != nullptr) tensors.emplace(node.input(i), *read);
      }
    }
    collect_cut(std::move(tensors));
  }
  if (network_.input_dims[0] == 0) {
    for (OutputTensor& tensor : network_.output_tensors) tensor.dims[0] = 0;
  }
}

void Lowering::collect_cut(std::map<std::string, Activation> tensors) {
  // In the order of the operators, so that an export, which keeps it, is read as the same network.
  std::vector<std::pair<int, std::string>> order;
  for (const auto& [name, activation] : tensors) order.emplace_back(activation.op, name);
  std::sort(order.begin(), order.end());
  network_.outputs.clear();
  network_.output_tensors.clear();
  for (const auto& [op, name] : order) {
    network_.outputs.push_back(op);
    network_.output_tensors.push_back({name, tensors.at(name).dims});
  }
  Cut cut{&graph_, opset_, after_cut_, network_.output_tensors, shape_constants()};
  if (network_.input_dims[0] == 0) {
    for (OutputTensor& tensor : cut.tensors) tensor.dims[0] = 0;
  }
  network_.postprocessing = postprocessing_model(cut);
  note_cuts(tensors);
}

std::map<std::string, ConstantPtr> Lowering::shape_constants() const {
  std::map<std::string, ConstantPtr> result;
  for (const std::string& name : from_shapes_) {
    const auto found = values_.find(name);
    if (found == values_.end()) continue;
    if (const auto* constant = std::get_if<ConstantPtr>(&found->second)) result[name] = *constant;
  }
  return result;
}

void Lowering::note_cuts(const std::map<std::string, Activation>& tensors) {
  constexpr std::size_t most = 32;  // a detector has some ten
  std::size_t cuts = 0;
  for (const OutputTensor& tensor : network_.output_tensors) {
    if (++cuts > most) break;
    const auto reader = std::find_if(after_cut_.begin(), after_cut_.end(), [&](int index) {
      const auto& inputs = graph_.node(index).input();
      return std::find(inputs.begin(), inputs.end(), tensor.name) != inputs.end();
    });
    if (reader == after_cut_.end()) continue;  // an output that needs no post-processing
    const Operator& last = op(tensors.at(tensor.name).op);
    note(fmt::format("cut after {} '{}': from {} on, the graph only post-processes ({})",
                     to_string(last.kind), last.name, Node(graph_.node(*reader)).where(),
                     fmt::join(types_after(graph_, after_cut_, tensor.name), ", ")));
  }
  note(fmt::format(
      "{} nodes after the cut are neither decomposed nor executed here; exports contain them again",
      after_cut_.size()));
}

void Lowering::release_constants(int index) {
  if (use_.post_processes[static_cast<std::size_t>(index)]) return;  // a cut may need them yet
  for (const std::string& input : graph_.node(index).input()) {
    const auto left = reads_left_.find(input);
    if (left == reads_left_.end() || --left->second > 0) continue;
    const auto value = values_.find(input);
    if (value != values_.end() && std::holds_alternative<ConstantPtr>(value->second))
      values_.erase(value);
  }
}

}  // namespace sd::graph
