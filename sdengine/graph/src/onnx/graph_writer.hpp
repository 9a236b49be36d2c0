// Adds nodes and initializers to an ONNX graph, in the forms of its opset.
#pragma once

#include <onnx/onnx_pb.h>

#include <map>
#include <span>
#include <string>
#include <vector>

#include "unique_names.hpp"

namespace sd::graph {

void set_integer(onnx::NodeProto& node, const char* name, std::int64_t value);
void set_integers(onnx::NodeProto& node, const char* name, const std::vector<std::int64_t>& values);
void set_number(onnx::NodeProto& node, const char* name, float value);

class GraphWriter {
 public:
  GraphWriter(onnx::GraphProto& graph, int opset) : graph_(graph), opset_(opset) {}

  [[nodiscard]] int opset() const { return opset_; }
  [[nodiscard]] onnx::GraphProto& graph() { return graph_; }

  /// A value name that nothing has yet: `wanted`, or that with a number. It is taken from now on.
  [[nodiscard]] std::string unique(const std::string& wanted) { return names_.unique(wanted); }
  /// Takes a name; false if it was taken.
  bool reserve(const std::string& name) { return names_.reserve(name); }

  onnx::NodeProto& add_node(const char* type, const std::string& name,
                            const std::vector<std::string>& inputs, const std::string& output);
  /// The same; the result is called after the node. Returns its name.
  std::string add_value(const char* type, const std::string& name,
                        const std::vector<std::string>& inputs);
  std::string add_floats(const std::string& name, std::span<const float> values,
                         const std::vector<std::int64_t>& dims);
  /// A list of integers; equal lists are written once.
  std::string integers(const std::vector<std::int64_t>& values);

  // Operators whose form depends on the opset. `from` and the result are value names.
  std::string reshape(const std::string& name, const std::string& from,
                      const std::vector<std::int64_t>& dims);
  std::string unsqueeze(const std::string& name, const std::string& from,
                        const std::vector<std::int64_t>& axes);
  /// Elements starts .. ends - 1 along axes.
  std::string slice(const std::string& name, const std::string& from,
                    const std::vector<std::int64_t>& starts, const std::vector<std::int64_t>& ends,
                    const std::vector<std::int64_t>& axes);
  /// One Expand for each dimension that grows (some importers fold only those). Opset 8 or later.
  std::string expand(const std::string& name, const std::string& from,
                     std::vector<std::int64_t> dims, const std::vector<std::int64_t>& target);

 private:
  onnx::GraphProto& graph_;
  int opset_;
  UniqueNames names_;
  std::map<std::vector<std::int64_t>, std::string> integers_;
};

}  // namespace sd::graph
