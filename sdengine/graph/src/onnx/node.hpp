// One ONNX node, with checked access to its attributes.
#pragma once

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sdengine/graph/onnx_import.hpp"

namespace sd::graph {

class Node {
 public:
  explicit Node(const onnx::NodeProto& proto) : proto_(&proto) {}

  [[nodiscard]] const std::string& type() const { return proto_->op_type(); }
  /// The node's name, or its first output's where it has none; printable.
  [[nodiscard]] std::string name() const;
  /// "node 'name' (Type)", for messages.
  [[nodiscard]] std::string where() const;

  [[nodiscard]] int inputs() const { return proto_->input_size(); }
  /// Empty for an optional input that is left out.
  [[nodiscard]] const std::string& input(int index) const;
  [[nodiscard]] bool has_input(int index) const { return !input(index).empty(); }
  [[nodiscard]] const onnx::NodeProto& proto() const { return *proto_; }
  [[nodiscard]] const std::string& output() const { return proto_->output(0); }

  /// Attributes; ImportError if the attribute is there with another type.
  [[nodiscard]] std::int64_t integer(const char* name, std::int64_t otherwise) const;
  [[nodiscard]] float number(const char* name, float otherwise) const;
  [[nodiscard]] std::string text(const char* name, const char* otherwise) const;
  [[nodiscard]] std::optional<std::vector<std::int64_t>> integers(const char* name) const;
  [[nodiscard]] std::vector<float> numbers(const char* name) const;
  [[nodiscard]] const onnx::TensorProto* tensor(const char* name) const;
  [[nodiscard]] bool has(const char* name) const { return find(name) != nullptr; }

  /// Throws ImportError: where() and the text.
  template <typename... Args>
  [[noreturn]] void fail(fmt::format_string<Args...> text, Args&&... args) const {
    throw ImportError(where() + " " + fmt::format(text, std::forward<Args>(args)...));
  }

 private:
  [[nodiscard]] const onnx::AttributeProto* find(const char* name) const;
  [[nodiscard]] const onnx::AttributeProto* find(const char* name,
                                                 onnx::AttributeProto::AttributeType type) const;

  const onnx::NodeProto* proto_;
};

/// `axis` counted from the front. Fails unless -rank <= axis < rank.
[[nodiscard]] int normal_axis(const Node& node, std::int64_t axis, int rank);

/// An attribute or constant as int. Fails unless 0 <= value < 2^20.
[[nodiscard]] int small(const Node& node, const char* what, std::int64_t value);

}  // namespace sd::graph
