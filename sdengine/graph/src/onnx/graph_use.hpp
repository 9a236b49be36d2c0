// Who reads what in an ONNX graph, known before anything is lowered.
#pragma once

#include <onnx/onnx_pb.h>

#include <map>
#include <string>
#include <vector>

namespace sd::graph {

struct GraphUse {
  std::vector<bool> needed;  ///< per node: an output depends on it
  /// Per node: nothing that belongs to a network (convolution, matrix product, normalisation,
  /// pooling) is computed from its results, nor is it such a node itself.
  std::vector<bool> post_processes;
  /// Per value: how often needed nodes read it, and the model returns it. Shape and Size do not
  /// read values.
  std::map<std::string, int> value_reads;
  /// The same, with Shape and Size.
  std::map<std::string, int> reads;
};

[[nodiscard]] GraphUse analyse_use(const onnx::GraphProto& graph);

}  // namespace sd::graph
