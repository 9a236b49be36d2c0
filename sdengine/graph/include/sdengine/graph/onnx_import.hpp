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

struct ImportOptions {
  /// False: a batch norm after a convolution or fully connected layer stays data
  /// (Operator::batch_norm) beside the raw weights, for decomposing those and for re-estimating its
  /// statistics.
  bool fold_batch_norm = true;
};

/// Reads an ONNX model (opsets 7 to 17), folds constants (Shape/Gather/Concat/ConstantOfShape/...
/// arithmetic), infers shapes, folds batch norm (unless asked not to), fuses ReLU, and lowers to
/// hardware operators. The input's batch dimension may be symbolic. Nodes that only post-process
/// (transposes, box arithmetic after the last layers) are cut off and kept: see
/// Network::postprocessing; a note tells where.
/// Untrusted input: every length is checked against the file; throws ImportError.
[[nodiscard]] Network import_onnx(const std::filesystem::path& file,
                                  const ImportOptions& options = {});

}  // namespace sd::graph
