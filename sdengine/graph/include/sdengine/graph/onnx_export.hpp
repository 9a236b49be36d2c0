// Network -> ONNX file.
#pragma once

#include <filesystem>
#include <map>
#include <vector>

#include "sdengine/graph/network.hpp"

namespace sd::graph {

/// Writes the network as ONNX, with `preprocessing` and `class_names` in the model's metadata (keys
/// "sd.mean", "sd.std", "sd.classes") and the post-processing attached again: opset 13, or that of
/// the post-processing. A batch norm that was kept becomes a node of its own. Written aside, then
/// renamed. Throws std::runtime_error if it cannot.
void export_onnx(const Network& network, const std::filesystem::path& file);

/// One operator's weights as coefficients times bases: row i of filter m is
/// scale[m] * sum_j ce[m][i][j] * basis[b][j], where b = m / filters_per_basis * slices + i /
/// slice_rows and slices = ceil(rows / slice_rows).
struct FactoredWeights {
  int operator_index = 0;
  int filters = 0;
  int rows = 0;     ///< of one filter
  int columns = 0;  ///< n
  int rank = 0;
  int slice_rows = 0;
  int filters_per_basis = 1;
  /// Rows are (channel, kernel row) and columns the kernel's columns; if false, a row is `columns`
  /// consecutive channels of one kernel row (of a kernel of width 1), row index group * kernel
  /// height + kernel row, channels zero padded.
  bool columns_are_kernel_columns = true;
  std::vector<float> ce;            ///< [filters][rows][rank]
  std::vector<float> basis;         ///< [ceil(filters / filters_per_basis) * slices][rank][columns]
  std::vector<float> filter_scale;  ///< [filters], or empty for ones
};

/// The same file, but with Ce and B of each layer in `factored` as initializers that standard
/// operators join to the weights (docs/networks.md says how). The bias, and the weights of all
/// other layers, come from `network`. Throws ImportError for factors that do not fit their
/// operator.
void export_onnx_factored(const Network& network, const std::vector<FactoredWeights>& factored,
                          const std::filesystem::path& file);

}  // namespace sd::graph
