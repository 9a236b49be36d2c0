#include "postprocessing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sdengine/graph/onnx_import.hpp"
#include "value_info.hpp"

namespace sd::graph {
namespace {

constexpr int postprocessing_ir_version = 7;

onnx::TensorProto to_tensor(const std::string& name, const Constant& constant) {
  onnx::TensorProto tensor;
  tensor.set_name(name);
  for (const std::int64_t dim : constant.dims) tensor.add_dims(dim);
  if (constant.floating) {
    tensor.set_data_type(onnx::TensorProto::FLOAT);
    tensor.set_raw_data(constant.floats.data(), constant.floats.size() * sizeof(float));
  } else {
    tensor.set_data_type(onnx::TensorProto::INT64);
    tensor.set_raw_data(constant.integers.data(), constant.integers.size() * sizeof(std::int64_t));
  }
  return tensor;
}

/// Nodes after the cut and the constant ones that they need; and the names that all these read.
class Closure {
 public:
  explicit Closure(const Cut& cut) : cut_(cut), nodes_(cut.nodes.begin(), cut.nodes.end()) {
    for (int i = 0; i < cut.graph->node_size(); ++i) {
      for (const std::string& output : cut.graph->node(i).output()) producer_.emplace(output, i);
    }
    for (const OutputTensor& tensor : cut.tensors) given_.insert(tensor.name);
    std::vector<int> open(cut.nodes);
    while (!open.empty()) {
      const onnx::NodeProto& node = cut.graph->node(open.back());
      open.pop_back();
      for (const std::string& input : node.input()) {
        if (const int added = follow(input); added >= 0) open.push_back(added);
      }
    }
  }

  [[nodiscard]] const std::set<int>& nodes() const { return nodes_; }
  [[nodiscard]] const std::set<std::string>& names() const { return names_; }

 private:
  /// The node that `name` adds to the closure, or -1.
  int follow(const std::string& name) {
    if (name.empty() || given_.contains(name) || !names_.insert(name).second) return -1;
    if (cut_.folded.contains(name)) return -1;
    const auto found = producer_.find(name);
    if (found == producer_.end() || !nodes_.insert(found->second).second) return -1;
    return found->second;
  }

  const Cut& cut_;
  std::set<int> nodes_;
  std::set<std::string> names_, given_;
  std::map<std::string, int> producer_;
};

}  // namespace

std::string postprocessing_model(const Cut& cut) {
  const Closure closure(cut);
  onnx::ModelProto model;
  model.set_ir_version(postprocessing_ir_version);
  auto* opset = model.add_opset_import();
  opset->set_domain("");
  opset->set_version(cut.opset);
  onnx::GraphProto& graph = *model.mutable_graph();
  graph.set_name("postprocessing");
  for (const int node : closure.nodes()) *graph.add_node() = cut.graph->node(node);
  for (const onnx::TensorProto& tensor : cut.graph->initializer()) {
    const bool read = closure.names().contains(tensor.name());
    if (read && !cut.folded.contains(tensor.name())) *graph.add_initializer() = tensor;
  }
  for (const auto& [name, constant] : cut.folded) {
    if (closure.names().contains(name)) *graph.add_initializer() = to_tensor(name, *constant);
  }
  for (const OutputTensor& tensor : cut.tensors)
    set_value_info(*graph.add_input(), tensor.name, tensor.dims);
  *graph.mutable_output() = cut.graph->output();
  return model.SerializeAsString();
}

onnx::ModelProto read_postprocessing(const Network& network) {
  onnx::ModelProto model;
  const std::string& bytes = network.postprocessing;
  if (!model.ParsePartialFromArray(bytes.data(), static_cast<int>(bytes.size())) ||
      model.opset_import_size() != 1 || model.graph().node_size() == 0) {
    throw ImportError(
        fmt::format("the post-processing of network '{}' is damaged; import its ONNX file again",
                    network.name));
  }
  const auto& inputs = model.graph().input();
  const bool fits = std::equal(
      inputs.begin(), inputs.end(), network.output_tensors.begin(), network.output_tensors.end(),
      [](const onnx::ValueInfoProto& a, const OutputTensor& b) { return a.name() == b.name; });
  if (!fits) {
    throw ImportError(
        fmt::format("the post-processing of network '{}' reads other tensors than the network's "
                    "outputs; import its ONNX file again",
                    network.name));
  }
  return model;
}

std::set<std::string> defined_values(const onnx::GraphProto& graph) {
  std::set<std::string> names;
  for (const onnx::NodeProto& node : graph.node())
    names.insert(node.output().begin(), node.output().end());
  for (const onnx::TensorProto& tensor : graph.initializer()) names.insert(tensor.name());
  names.erase("");
  return names;
}

}  // namespace sd::graph
