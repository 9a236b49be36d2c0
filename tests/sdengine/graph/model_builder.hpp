// Writes small ONNX models, valid or not, and imports them.
#pragma once

#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <vector>

#include "sdengine/graph/onnx_import.hpp"

namespace sd::graph {

/// A file that is gone after the test.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& name = "model.onnx") {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    std::string folder = "sd_" + std::string(info->test_suite_name()) + "_" + info->name() + "_" +
                         std::to_string(getpid());
    std::replace(folder.begin(), folder.end(), '/', '_');  // of tests with parameters
    folder_ = std::filesystem::temp_directory_path() / folder;
    std::filesystem::create_directories(folder_);
    path_ = folder_ / name;
  }
  ~TemporaryFile() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_, path_;
};

inline void write_bytes(const std::filesystem::path& file, const std::string& bytes) {
  std::filesystem::remove(file);  // some file systems wait for the disk when a file is overwritten
  std::ofstream(file, std::ios::binary) << bytes;
}

/// The message of the ImportError that importing `file` throws; "no error" if it does not.
inline std::string import_error(const std::filesystem::path& file) {
  try {
    (void)import_onnx(file);
  } catch (const ImportError& error) {
    return error.what();
  }
  return "no error";
}

/// The same for a file with these bytes, without the file's name.
inline std::string import_error_of_bytes(const std::string& bytes) {
  const TemporaryFile file;
  write_bytes(file.path(), bytes);
  const std::string text = import_error(file.path());
  const std::string prefix = "cannot import '" + file.path().string() + "': ";
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

using Ints = std::vector<std::int64_t>;
using Floats = std::vector<float>;

class NodeBuilder {
 public:
  explicit NodeBuilder(onnx::NodeProto& node) : node_(node) {}
  NodeBuilder& integer(const char* name, std::int64_t value) {
    add(name, onnx::AttributeProto::INT).set_i(value);
    return *this;
  }
  NodeBuilder& number(const char* name, float value) {
    add(name, onnx::AttributeProto::FLOAT).set_f(value);
    return *this;
  }
  NodeBuilder& text(const char* name, const std::string& value) {
    add(name, onnx::AttributeProto::STRING).set_s(value);
    return *this;
  }
  NodeBuilder& integers(const char* name, const Ints& values) {
    auto& attribute = add(name, onnx::AttributeProto::INTS);
    for (const std::int64_t value : values) attribute.add_ints(value);
    return *this;
  }
  NodeBuilder& tensor(const char* name, const onnx::TensorProto& value) {
    *add(name, onnx::AttributeProto::TENSOR).mutable_t() = value;
    return *this;
  }
  onnx::NodeProto& proto() { return node_; }

 private:
  onnx::AttributeProto& add(const char* name, onnx::AttributeProto::AttributeType type) {
    auto& attribute = *node_.add_attribute();
    attribute.set_name(name);
    attribute.set_type(type);
    return attribute;
  }
  onnx::NodeProto& node_;
};

class ModelBuilder {
 public:
  explicit ModelBuilder(int opset = 13) {
    proto_.set_ir_version(7);
    auto* set = proto_.add_opset_import();
    set->set_domain("");
    set->set_version(opset);
    graph().set_name("test");
  }

  onnx::ModelProto& proto() { return proto_; }
  onnx::GraphProto& graph() { return *proto_.mutable_graph(); }

  /// Dims of 0 are symbolic.
  void input(const Ints& dims, const std::string& name = "x") {
    declare(*graph().add_input(), name, dims);
  }
  void output(const std::string& name) { declare(*graph().add_output(), name, {}); }

  static onnx::TensorProto tensor(const Ints& dims, const Floats& values) {
    onnx::TensorProto result;
    result.set_data_type(onnx::TensorProto::FLOAT);
    for (const std::int64_t dim : dims) result.add_dims(dim);
    result.set_raw_data(values.data(), values.size() * sizeof(float));
    return result;
  }
  static onnx::TensorProto tensor(const Ints& dims, const Ints& values) {
    onnx::TensorProto result;
    result.set_data_type(onnx::TensorProto::INT64);
    for (const std::int64_t dim : dims) result.add_dims(dim);
    for (const std::int64_t value : values) result.add_int64_data(value);
    return result;
  }
  std::string floats(const std::string& name, const Ints& dims, const Floats& values) {
    return add(name, tensor(dims, values));
  }
  std::string ints(const std::string& name, const Ints& values) {
    return add(name, tensor({static_cast<std::int64_t>(values.size())}, values));
  }
  std::string scalar(const std::string& name, std::int64_t value) {
    return add(name, tensor({}, Ints{value}));
  }
  std::string add(const std::string& name, onnx::TensorProto value) {
    value.set_name(name);
    *graph().add_initializer() = std::move(value);
    return name;
  }
  /// `count` values 0.1, 0.2, ...
  std::string ramp(const std::string& name, const Ints& dims) {
    std::size_t count = 1;
    for (const std::int64_t dim : dims) count *= static_cast<std::size_t>(dim);
    Floats values(count);
    for (std::size_t i = 0; i < count; ++i) values[i] = 0.1F * static_cast<float>(i + 1);
    return floats(name, dims, values);
  }

  NodeBuilder node(const char* type, const std::vector<std::string>& inputs,
                   const std::string& output) {
    auto& node = *graph().add_node();
    node.set_op_type(type);
    node.set_name(std::string(type) + "_" + output);
    for (const std::string& input : inputs) node.add_input(input);
    node.add_output(output);
    return NodeBuilder(node);
  }

  [[nodiscard]] std::string bytes() const { return proto_.SerializeAsString(); }

  /// Saves and imports. The output is `output_name` unless outputs were declared.
  Network import(const std::string& output_name = "y") { return import({}, output_name); }
  Network import(const ImportOptions& options, const std::string& output_name = "y") {
    const TemporaryFile file;
    write_bytes(file.path(), finished(output_name));
    return import_onnx(file.path(), options);
  }
  /// The message of the error, without the file's name.
  std::string error(const std::string& output_name = "y") {
    return import_error_of_bytes(finished(output_name));
  }

 private:
  std::string finished(const std::string& output_name) {
    if (graph().output_size() == 0) output(output_name);
    return bytes();
  }
  static void declare(onnx::ValueInfoProto& value, const std::string& name, const Ints& dims) {
    value.set_name(name);
    auto* tensor_type = value.mutable_type()->mutable_tensor_type();
    tensor_type->set_elem_type(onnx::TensorProto::FLOAT);
    auto* shape = tensor_type->mutable_shape();
    for (const std::int64_t dim : dims) {
      auto* added = shape->add_dim();
      if (dim == 0) {
        added->set_dim_param("N");
      } else {
        added->set_dim_value(dim);
      }
    }
  }

  onnx::ModelProto proto_;
};

/// The only operator after the input.
inline Operator only(ModelBuilder& m) {
  const Network network = m.import();
  EXPECT_EQ(network.operators.size(), 2u);
  return network.operators.at(1);
}

/// A model with one input, `x`.
inline ModelBuilder image(const Ints& dims, int opset = 13) {
  ModelBuilder m(opset);
  m.input(dims);
  return m;
}

}  // namespace sd::graph
