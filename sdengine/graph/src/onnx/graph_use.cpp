#include "graph_use.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace sd::graph {
namespace {

/// Types that make a network, wherever they stand: they are lowered or refused, never cut off.
bool makes_a_network(std::string_view type) {
  static constexpr std::array<std::string_view, 24> types{"AveragePool",
                                                          "BatchNormalization",
                                                          "Conv",
                                                          "ConvInteger",
                                                          "ConvTranspose",
                                                          "Einsum",
                                                          "GRU",
                                                          "Gemm",
                                                          "GlobalAveragePool",
                                                          "GlobalLpPool",
                                                          "GlobalMaxPool",
                                                          "InstanceNormalization",
                                                          "LRN",
                                                          "LSTM",
                                                          "LpNormalization",
                                                          "LpPool",
                                                          "MatMul",
                                                          "MatMulInteger",
                                                          "MaxPool",
                                                          "MaxUnpool",
                                                          "QLinearConv",
                                                          "QLinearMatMul",
                                                          "QuantizeLinear",
                                                          "RNN"};
  return std::find(types.begin(), types.end(), type) != types.end();
}

std::map<std::string, int> producers(const onnx::GraphProto& graph) {
  std::map<std::string, int> result;
  for (int i = 0; i < graph.node_size(); ++i) {
    for (const std::string& output : graph.node(i).output()) {
      if (!output.empty()) result.emplace(output, i);
    }
  }
  return result;
}

void find_needed(const onnx::GraphProto& graph, GraphUse& use) {
  const std::map<std::string, int> producer = producers(graph);
  use.needed.assign(static_cast<std::size_t>(graph.node_size()), false);
  std::vector<std::string> open;
  for (const onnx::ValueInfoProto& output : graph.output()) {
    open.push_back(output.name());
    ++use.value_reads[output.name()];
    ++use.reads[output.name()];
  }
  while (!open.empty()) {
    const auto found = producer.find(open.back());
    open.pop_back();
    if (found == producer.end() || use.needed[static_cast<std::size_t>(found->second)]) continue;
    use.needed[static_cast<std::size_t>(found->second)] = true;
    const onnx::NodeProto& node = graph.node(found->second);
    const bool reads_values = node.op_type() != "Shape" && node.op_type() != "Size";
    for (const std::string& input : node.input()) {
      ++use.reads[input];
      if (reads_values) ++use.value_reads[input];
      open.push_back(input);
    }
  }
}

/// From the last node to the first; a file whose nodes are in another order is refused later.
void find_post_processing(const onnx::GraphProto& graph, GraphUse& use) {
  use.post_processes.assign(static_cast<std::size_t>(graph.node_size()), false);
  std::set<std::string> feeds_a_network;
  for (int i = graph.node_size(); i-- > 0;) {
    if (!use.needed[static_cast<std::size_t>(i)]) continue;
    const onnx::NodeProto& node = graph.node(i);
    bool network = makes_a_network(node.op_type());
    for (const std::string& output : node.output())
      network = network || feeds_a_network.contains(output);
    use.post_processes[static_cast<std::size_t>(i)] = !network;
    if (network) feeds_a_network.insert(node.input().begin(), node.input().end());
  }
}

}  // namespace

GraphUse analyse_use(const onnx::GraphProto& graph) {
  GraphUse use;
  find_needed(graph, use);
  find_post_processing(graph, use);
  return use;
}

}  // namespace sd::graph
