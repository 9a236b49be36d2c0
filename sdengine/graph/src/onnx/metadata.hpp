// What the workbench keeps in a model's metadata: preprocessing and class names.
#pragma once

#include <onnx/onnx_pb.h>

#include "sdengine/graph/network.hpp"

namespace sd::graph {

inline constexpr const char* mean_key = "sd.mean";        ///< numbers separated by blanks or commas
inline constexpr const char* stddev_key = "sd.std";       ///< the same
inline constexpr const char* classes_key = "sd.classes";  ///< names separated by line feeds

/// Sets preprocessing and class_names of `network`, whose input and output are known. Without
/// metadata: the ImageNet means and deviations for three channels; 0.5 and 0.5 for one; 0 and 1
/// otherwise; a note says which. Throws ImportError for metadata that does not fit.
void read_metadata(const onnx::ModelProto& proto, Network& network);

void write_metadata(const Network& network, onnx::ModelProto& proto);

}  // namespace sd::graph
