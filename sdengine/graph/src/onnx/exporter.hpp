// Operators -> ONNX nodes (opset 13). Operators with fused ReLU become two nodes, which the
// importer fuses again.
#pragma once

#include <onnx/onnx_pb.h>

#include <set>
#include <span>
#include <string>
#include <vector>

#include "sdengine/graph/network.hpp"

namespace sd::graph {

class Exporter {
 public:
  explicit Exporter(const Network& network) : network_(network) {}
  [[nodiscard]] onnx::ModelProto run();

 private:
  /// What an operator's result is called, and whether it is [batch, features] or [batch, channels,
  /// height, width].
  struct Result {
    std::string name;
    bool flat = false;
  };

  void export_operator(int index);
  /// The nodes of one operator before its ReLU; `output` is the name of their result.
  void export_node(const Operator& op, const std::string& output);
  void export_convolution(const Operator& op, const std::string& output);
  void export_fully_connected(const Operator& op, const std::string& output);
  void export_pool(const Operator& op, const std::string& output);
  void export_subsample(const Operator& op, const std::string& output);
  void export_softmax(const Operator& op, const std::string& output);
  void export_rectifier(const Operator& op, const std::string& name, const std::string& from,
                        const std::string& to);

  [[nodiscard]] std::string planes(
      int index);  ///< the result of operator `index` with four dimensions
  [[nodiscard]] std::string features(int index);  ///< with two
  [[nodiscard]] std::string unique(const std::string& wanted);
  onnx::NodeProto& add_node(const char* type, const std::string& name,
                            const std::vector<std::string>& inputs, const std::string& output);
  std::string add_floats(const std::string& name, std::span<const float> values,
                         const std::vector<std::int64_t>& dims);
  std::string add_integers(const std::string& name, const std::vector<std::int64_t>& values);

  const Network& network_;
  onnx::ModelProto model_;
  std::vector<Result> results_;
  std::set<std::string> names_;
};

}  // namespace sd::graph
