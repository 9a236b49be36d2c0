#include "graph_writer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>

namespace sd::graph {

static_assert(std::endian::native == std::endian::little, "ONNX raw data is little-endian");

void set_integer(onnx::NodeProto& node, const char* name, std::int64_t value) {
  auto* attribute = node.add_attribute();
  attribute->set_name(name);
  attribute->set_type(onnx::AttributeProto::INT);
  attribute->set_i(value);
}

void set_integers(onnx::NodeProto& node, const char* name,
                  const std::vector<std::int64_t>& values) {
  auto* attribute = node.add_attribute();
  attribute->set_name(name);
  attribute->set_type(onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) attribute->add_ints(value);
}

void set_number(onnx::NodeProto& node, const char* name, float value) {
  auto* attribute = node.add_attribute();
  attribute->set_name(name);
  attribute->set_type(onnx::AttributeProto::FLOAT);
  attribute->set_f(value);
}

onnx::NodeProto& GraphWriter::add_node(const char* type, const std::string& name,
                                       const std::vector<std::string>& inputs,
                                       const std::string& output) {
  onnx::NodeProto& node = *graph_.add_node();
  node.set_op_type(type);
  node.set_name(name);
  for (const std::string& input : inputs) node.add_input(input);
  node.add_output(output);
  return node;
}

std::string GraphWriter::add_value(const char* type, const std::string& name,
                                   const std::vector<std::string>& inputs) {
  const std::string value = unique(name);
  add_node(type, value, inputs, value);
  return value;
}

std::string GraphWriter::add_floats(const std::string& name, std::span<const float> values,
                                    const std::vector<std::int64_t>& dims) {
  onnx::TensorProto& tensor = *graph_.add_initializer();
  tensor.set_name(unique(name));
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  for (const std::int64_t dim : dims) tensor.add_dims(dim);
  tensor.set_raw_data(values.data(), values.size_bytes());
  return tensor.name();
}

std::string GraphWriter::integers(const std::vector<std::int64_t>& values) {
  std::string& name = integers_[values];
  if (!name.empty()) return name;
  onnx::TensorProto& tensor = *graph_.add_initializer();
  name = unique(fmt::format("integers {}", fmt::join(values, " ")));
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::INT64);
  tensor.add_dims(static_cast<std::int64_t>(values.size()));
  tensor.set_raw_data(values.data(), values.size() * sizeof(std::int64_t));
  return name;
}

std::string GraphWriter::reshape(const std::string& name, const std::string& from,
                                 const std::vector<std::int64_t>& dims) {
  return add_value("Reshape", name, {from, integers(dims)});
}

std::string GraphWriter::unsqueeze(const std::string& name, const std::string& from,
                                   const std::vector<std::int64_t>& axes) {
  const std::string value = unique(name);
  if (opset_ >= 13) {
    add_node("Unsqueeze", value, {from, integers(axes)}, value);
  } else {
    set_integers(add_node("Unsqueeze", value, {from}, value), "axes", axes);
  }
  return value;
}

std::string GraphWriter::slice(const std::string& name, const std::string& from,
                               const std::vector<std::int64_t>& starts,
                               const std::vector<std::int64_t>& ends,
                               const std::vector<std::int64_t>& axes) {
  const std::string value = unique(name);
  if (opset_ >= 10) {
    add_node("Slice", value, {from, integers(starts), integers(ends), integers(axes)}, value);
  } else {
    onnx::NodeProto& node = add_node("Slice", value, {from}, value);
    set_integers(node, "starts", starts);
    set_integers(node, "ends", ends);
    set_integers(node, "axes", axes);
  }
  return value;
}

std::string GraphWriter::expand(const std::string& name, const std::string& from,
                                std::vector<std::int64_t> dims,
                                const std::vector<std::int64_t>& target) {
  std::string value = from;
  for (std::size_t axis = 0; axis < dims.size(); ++axis) {
    if (dims[axis] == target[axis]) continue;
    dims[axis] = target[axis];
    value = add_value("Expand", name, {value, integers(dims)});
  }
  return value;
}

}  // namespace sd::graph
