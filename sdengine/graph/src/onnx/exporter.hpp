// Operators -> ONNX nodes (opset 13, or that of the post-processing). Operators with fused ReLU or
// batch norm become several nodes, which the importer joins again.
#pragma once

#include <onnx/onnx_pb.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "graph_writer.hpp"
#include "sdengine/graph/onnx_export.hpp"

namespace sd::graph {

class Exporter {
 public:
  /// Both must live until run() is done, and have been validated.
  Exporter(const Network& network, const std::vector<FactoredWeights>& factored);
  [[nodiscard]] onnx::ModelProto run();

 private:
  /// How an operator's result lies in the ONNX graph.
  enum class View {
    planes,   ///< batch, channels, height, width
    row,      ///< batch, channels, width
    features  ///< batch, features
  };
  struct Result {
    std::string name;
    View view = View::planes;
  };

  void reserve_names();
  void export_input();
  void export_outputs();
  void export_operator(int index);
  /// The nodes of one operator before batch norm and ReLU; `output` is the name of their result.
  void export_node(const Operator& op, const std::string& output);
  void export_convolution(const Operator& op, const std::string& output);
  void export_fully_connected(const Operator& op, const std::string& output);
  void export_pool(const Operator& op, const std::string& output);
  void export_subsample(const Operator& op, const std::string& output);
  void export_batch_norm(const Operator& op, const std::string& from, const std::string& to);
  void export_rectifier(const Operator& op, const std::string& name, const std::string& from,
                        const std::string& to);
  /// The initializer, or the result of the nodes that join Ce and B.
  [[nodiscard]] std::string weights_of(const Operator& op, const std::vector<std::int64_t>& dims);

  /// The result of operator `index` as planes; as features.
  [[nodiscard]] std::string planes(int index);
  [[nodiscard]] std::string features(int index);
  [[nodiscard]] View view_of(const Operator& op) const;
  /// The name of an output tensor where it is the operator's result as it lies, else a free one.
  [[nodiscard]] std::string result_name(int index);
  /// Dimensions of a result, 0 for an open batch.
  [[nodiscard]] std::vector<std::int64_t> dims_of(int index, View view) const;

  const Network& network_;
  std::map<int, const FactoredWeights*> factored_;      // by operator
  std::multimap<int, const OutputTensor*> tensors_of_;  // by operator
  onnx::ModelProto tail_, model_;
  std::unique_ptr<GraphWriter> writer_;
  std::vector<Result> results_;
};

}  // namespace sd::graph
