#include "node.hpp"

#include "constant.hpp"

namespace sd::graph {

std::string Node::name() const {
  if (!proto_->name().empty()) return printable(proto_->name());
  return proto_->output_size() > 0 ? printable(proto_->output(0)) : "";
}

std::string Node::where() const {
  return fmt::format("node '{}' ({})", name(), printable(type()));
}

const std::string& Node::input(int index) const {
  static const std::string none;
  return index < proto_->input_size() ? proto_->input(index) : none;
}

const onnx::AttributeProto* Node::find(const char* name) const {
  for (const onnx::AttributeProto& attribute : proto_->attribute()) {
    if (attribute.name() == name) return &attribute;
  }
  return nullptr;
}

const onnx::AttributeProto* Node::find(const char* name,
                                       onnx::AttributeProto::AttributeType type) const {
  const onnx::AttributeProto* attribute = find(name);
  if (attribute != nullptr && attribute->type() != type) {
    fail("has an attribute '{}' of the wrong type; the file is damaged", name);
  }
  return attribute;
}

std::int64_t Node::integer(const char* name, std::int64_t otherwise) const {
  const auto* attribute = find(name, onnx::AttributeProto::INT);
  return attribute == nullptr ? otherwise : attribute->i();
}

float Node::number(const char* name, float otherwise) const {
  const auto* attribute = find(name, onnx::AttributeProto::FLOAT);
  return attribute == nullptr ? otherwise : attribute->f();
}

std::string Node::text(const char* name, const char* otherwise) const {
  const auto* attribute = find(name, onnx::AttributeProto::STRING);
  return attribute == nullptr ? otherwise : attribute->s();
}

std::optional<std::vector<std::int64_t>> Node::integers(const char* name) const {
  const auto* attribute = find(name, onnx::AttributeProto::INTS);
  if (attribute == nullptr) return std::nullopt;
  return std::vector<std::int64_t>(attribute->ints().begin(), attribute->ints().end());
}

std::vector<float> Node::numbers(const char* name) const {
  const auto* attribute = find(name, onnx::AttributeProto::FLOATS);
  if (attribute == nullptr) return {};
  return {attribute->floats().begin(), attribute->floats().end()};
}

const onnx::TensorProto* Node::tensor(const char* name) const {
  const auto* attribute = find(name, onnx::AttributeProto::TENSOR);
  return attribute == nullptr ? nullptr : &attribute->t();
}

int normal_axis(const Node& node, std::int64_t axis, int rank) {
  if (axis < -rank || axis >= rank)
    node.fail("has axis {} for a tensor of {} dimensions", axis, rank);
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

int small(const Node& node, const char* what, std::int64_t value) {
  constexpr std::int64_t limit = std::int64_t{1} << 20;
  if (value < 0 || value >= limit)
    node.fail("has {} {}; it must be 0 to {}", what, value, limit - 1);
  return static_cast<int>(value);
}

}  // namespace sd::graph
