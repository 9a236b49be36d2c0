// Network -> ONNX file.
#pragma once

#include <filesystem>

#include "sdengine/graph/network.hpp"

namespace sd::graph {

/// Writes the network as ONNX (opset 13), with `preprocessing` and `class_names` in the model's metadata
/// (keys "sd.mean", "sd.std", "sd.classes"). Written aside, then renamed. Throws std::runtime_error if it cannot.
void export_onnx(const Network& network, const std::filesystem::path& file);

}  // namespace sd::graph
