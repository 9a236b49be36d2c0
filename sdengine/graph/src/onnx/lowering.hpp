// ONNX nodes -> operators, one after the other.
#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "constant.hpp"
#include "fold.hpp"
#include "graph_use.hpp"
#include "node.hpp"
#include "sdengine/graph/network.hpp"
#include "unique_names.hpp"

namespace sd::graph {

/// What an ONNX value stands for while the network is being built: the result of an operator, seen
/// through reshapes.
struct Activation {
  int op = 0;
  Dims dims;              ///< as ONNX sees it, batch first
  bool exclusive = true;  ///< nothing else reads the operator: it may still be changed (fused)
  std::array<int, 4>
      zero_pad{};  ///< top, left, bottom, right of a Pad that waits for its convolution
};

/// A value that the post-processing computes: the network ends before it.
struct AfterCut {};

class Lowering {
 public:
  Lowering(const onnx::GraphProto& graph, int opset, const std::string& fallback_name,
           const ImportOptions& options);

  /// Goes through all nodes that the output needs. Throws ImportError.
  [[nodiscard]] Network run();

  // ---- what the lowering of single nodes uses (lower_*.cpp) ----

  [[nodiscard]] int opset() const { return opset_; }
  [[nodiscard]] const ImportOptions& options() const { return options_; }
  /// nullptr if the input is left out or is an activation.
  [[nodiscard]] const Constant* constant(const Node& node, int input) const;
  [[nodiscard]] bool is_activation(const Node& node, int input) const;
  /// Fails unless the input is an activation with no Pad waiting.
  [[nodiscard]] Activation activation(const Node& node, int input) const;
  /// The same, with a Pad that may wait.
  [[nodiscard]] Activation padded_activation(const Node& node, int input) const;
  /// The operator's result as channels x height x width. Fails if reshapes came between.
  [[nodiscard]] TensorShape planes(const Node& node, const Activation& x) const;
  /// Constants per input (activations are nullptr), for operand_or_attribute() and its like.
  [[nodiscard]] std::vector<const Constant*> constants(const Node& node) const;

  [[nodiscard]] Operator& op(int index) {
    return network_.operators[static_cast<std::size_t>(index)];
  }
  [[nodiscard]] const Operator& op(int index) const {
    return network_.operators[static_cast<std::size_t>(index)];
  }

  /// Infers the shape, names the operator after the node and appends it. `dims` empty: batch,
  /// channels, height, width.
  Activation append(const Node& node, Operator op, Dims dims = {});
  void bind(const Node& node, Activation result);
  void bind(const Node& node, Constant result);
  void note(std::string text) { network_.notes.push_back(std::move(text)); }

 private:
  using Value = std::variant<ConstantPtr, Activation, AfterCut>;

  void read_input();
  void lower(int index);
  void lower_to_operator(const Node& node);
  /// Whether the network may end before this node: it only post-processes, and what it reads comes
  /// from layers with weights.
  [[nodiscard]] bool may_cut_before(int index) const;
  void leave_after_cut(int index);
  void release_constants(int index);
  void collect_outputs();
  void collect_cut(std::map<std::string, Activation> tensors);
  void note_cuts(const std::map<std::string, Activation>& tensors);
  /// Constants that were computed from the shape of image data.
  [[nodiscard]] std::map<std::string, ConstantPtr> shape_constants() const;
  void bind_value(const std::string& name, Value value);
  [[nodiscard]] const Value* find(const Node& node, int input) const;
  [[nodiscard]] const Value& value(const Node& node, int input) const;
  [[nodiscard]] std::string unique_name(const std::string& wanted);

  const onnx::GraphProto& graph_;
  int opset_;
  ImportOptions options_;
  GraphUse use_;
  Network network_;
  mutable std::map<std::string, Value> values_;  // initializers are read when first used
  std::map<std::string, const onnx::TensorProto*> initializers_;
  std::vector<bool> behind_weights_;  // per operator: it has weights, or reads one that is
  std::vector<int> after_cut_;        // nodes
  std::map<std::string, int> reads_left_;
  std::set<std::string> from_shapes_;
  UniqueNames names_;
  FoldBudget budget_;
  std::int64_t elements_ = 0;  // of all results together
  std::size_t weights_ = 0;    // and biases, of all operators
  std::size_t max_weights_;
};

using LowerFunction = void (*)(Lowering&, const Node&);
struct LowerEntry {
  const char* type;
  LowerFunction function;
};
[[nodiscard]] std::span<const LowerEntry>
weight_lowerings();  // lower_weights.cpp: Conv, Gemm, MatMul
[[nodiscard]] std::span<const LowerEntry>
affine_lowerings();  // lower_affine.cpp: BatchNormalization, Add, Sub, Mul, Div
[[nodiscard]] std::span<const LowerEntry> pool_lowerings();  // lower_pool.cpp
[[nodiscard]] std::span<const LowerEntry>
activation_lowerings();  // lower_activation.cpp: Relu, Clip, Softmax
[[nodiscard]] std::span<const LowerEntry>
layout_lowerings();  // lower_layout.cpp: Reshape, Shape, Identity, ...
[[nodiscard]] std::span<const LowerEntry>
shortcut_lowerings();  // lower_shortcut.cpp: Slice, Pad, Concat

}  // namespace sd::graph
