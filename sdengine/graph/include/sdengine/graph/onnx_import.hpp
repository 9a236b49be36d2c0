// ONNX file -> Network.
#pragma once

#include <filesystem>
#include <stdexcept>

#include "sdengine/graph/network.hpp"

namespace sd::graph {

/// One sentence: what is wrong, in which file and node, and what to do.
class ImportError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Reads an ONNX model (opsets 7 to 17), folds constants (Shape/Gather/Concat/ConstantOfShape/... arithmetic), infers
/// shapes, folds batch norm, fuses ReLU, and lowers to hardware operators. The input's batch dimension may be symbolic.
/// Untrusted input: every length is checked against the file; throws ImportError.
[[nodiscard]] Network import_onnx(const std::filesystem::path& file);

}  // namespace sd::graph
