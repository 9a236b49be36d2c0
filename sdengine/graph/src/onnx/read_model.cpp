#include "read_model.hpp"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>

#include <fstream>
#include <string>

#include "constant.hpp"
#include "node.hpp"

namespace sd::graph {
namespace {

constexpr std::uintmax_t max_file_bytes = std::uintmax_t{1} << 30;
constexpr int max_nodes = 100000;
constexpr int oldest_opset = 7, newest_opset = 17;

std::string read_bytes(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error))
    throw ImportError("there is no such file; check the path");
  if (!std::filesystem::is_regular_file(file, error))
    throw ImportError("this is not a file; give an ONNX file");
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (error) throw ImportError("the file cannot be read: " + error.message());
  if (size == 0) throw ImportError("the file is empty; give an ONNX file");
  if (size > max_file_bytes) {
    throw ImportError(fmt::format("the file has {} bytes; the limit is {}", size, max_file_bytes));
  }
  std::string bytes(static_cast<std::size_t>(size), '\0');
  std::ifstream stream(file, std::ios::binary);
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!stream) throw ImportError("the file cannot be read; check its permissions");
  return bytes;
}

int default_opset(const onnx::ModelProto& proto) {
  std::int64_t opset = 0;
  for (const onnx::OperatorSetIdProto& set : proto.opset_import()) {
    if (set.domain().empty() || set.domain() == "ai.onnx") opset = set.version();
  }
  if (opset < oldest_opset || opset > newest_opset) {
    throw ImportError(
        fmt::format("the model uses ONNX opset {}; export it again with an opset from {} to {}",
                    opset, oldest_opset, newest_opset));
  }
  return static_cast<int>(opset);
}

void check_nodes(const onnx::GraphProto& graph) {
  if (graph.node_size() > max_nodes) {
    throw ImportError(
        fmt::format("the model has {} nodes; the limit is {}", graph.node_size(), max_nodes));
  }
  for (const onnx::NodeProto& proto : graph.node()) {
    const Node node(proto);
    if (!proto.domain().empty() && proto.domain() != "ai.onnx") {
      node.fail(
          "is of operator set '{}', which is not supported; export the model with standard ONNX "
          "operators",
          printable(proto.domain()));
    }
    if (proto.output_size() == 0 || proto.output(0).empty())
      node.fail("has no output; the file is damaged");
  }
}

}  // namespace

Model read_model(const std::filesystem::path& file) {
  const std::string bytes = read_bytes(file);
  Model model;
  google::protobuf::io::CodedInputStream stream(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                                static_cast<int>(bytes.size()));
  stream.SetTotalBytesLimit(static_cast<int>(max_file_bytes));
  // "Partial" only keeps protobuf from printing: ONNX has no required fields.
  if (!model.proto.ParsePartialFromCodedStream(&stream) || !stream.ConsumedEntireMessage()) {
    throw ImportError("this is not an ONNX model, or it is truncated; export or download it again");
  }
  if (!model.proto.has_graph() || model.proto.opset_import_size() == 0 ||
      model.proto.graph().node_size() == 0) {
    throw ImportError("this is not an ONNX model: it holds no graph; export it again");
  }
  model.opset = default_opset(model.proto);
  if (model.proto.functions_size() > 0) {
    throw ImportError(
        "the model defines functions, which are not supported; export it with them inlined");
  }
  if (model.proto.graph().sparse_initializer_size() > 0) {
    throw ImportError(
        "the model has sparse initializers, which are not supported; export it with dense ones");
  }
  check_nodes(model.proto.graph());
  return model;
}

}  // namespace sd::graph
