// The part of an ONNX graph after the cut, as a model of its own.
#pragma once

#include <onnx/onnx_pb.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "constant.hpp"
#include "sdengine/graph/network.hpp"

namespace sd::graph {

/// What the importer knows when it has been through all nodes.
struct Cut {
  const onnx::GraphProto* graph = nullptr;
  int opset = 0;
  std::vector<int> nodes;                     ///< after the cut, in the graph's order
  std::vector<OutputTensor> tensors;          ///< what they read of the network
  std::map<std::string, ConstantPtr> folded;  ///< constants that depend on shapes of the network
};

/// Serialised ONNX model: inputs `tensors`, outputs those of the graph, the nodes and what they
/// need untouched. Constants that were computed from shapes before the cut become initializers.
[[nodiscard]] std::string postprocessing_model(const Cut& cut);

/// Parses and checks what postprocessing_model() wrote, and that its inputs are the network's
/// `output_tensors`. Throws ImportError.
[[nodiscard]] onnx::ModelProto read_postprocessing(const Network& network);

/// Every value that the model defines itself, its inputs left out.
[[nodiscard]] std::set<std::string> defined_values(const onnx::GraphProto& graph);

}  // namespace sd::graph
