// The bytes of an ONNX file, checked as far as possible without knowing what the nodes mean.
#pragma once

#include <onnx/onnx_pb.h>

#include <filesystem>

namespace sd::graph {

struct Model {
  onnx::ModelProto proto;
  int opset = 0;
};

/// Refuses files over 1 GiB, files that are no ONNX model, opsets outside 7..17, other operator
/// sets in use, and models that keep data in other files. Throws ImportError (without the file's
/// name, which the caller adds).
[[nodiscard]] Model read_model(const std::filesystem::path& file);

}  // namespace sd::graph
