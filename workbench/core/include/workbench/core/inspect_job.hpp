// What is in a .sd file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "sdengine/graph/network.hpp"
#include "sdengine/pack/sd_file.hpp"
#include "workbench/core/job.hpp"

namespace sd::core {

struct InspectOptions {
  std::filesystem::path model;                   ///< .sd
  std::optional<std::filesystem::path> csv;      ///< the per-layer table
  std::optional<std::filesystem::path> tensors;  ///< folder of .npy files
};

/// An operator of the network.
struct InspectOperator {
  std::string name, kind;
  std::vector<std::string> inputs;  ///< names
  graph::TensorShape output;
  float activation_scale = 0;  ///< real value = integer * scale
  std::int64_t macs = 0;       ///< of one image
};

/// A layer with weights.
struct InspectLayer {
  int operator_index = 0;
  std::string name, kind;
  bool decomposed = false;  ///< false: dense 8-bit weights, and the fields marked * are 0
  int filters = 0, channels = 0, kernel_height = 1, kernel_width = 1, groups = 1;
  int rank = 0, levels = 0;                               ///< *
  int columns = 0, rows = 0;                              ///< n; rows of one filter
  int slice_rows = 0, slices = 0, filters_per_basis = 0;  ///< *
  std::int64_t zero_rows = 0, all_rows = 0;               ///< over all filters
  std::int64_t zero_values = 0, all_values = 0;           ///< coefficients, or dense weights
  std::vector<std::uint64_t> exponents;  ///< * [levels]: coefficients of magnitude 2^-e
  double relative_error = 0;             ///< of the integer weights, see PackedLayer
  float weight_scale_least = 0, weight_scale_most = 0;
  float activation_scale = 0;
  std::int64_t bits_float = 0, bits_dense = 0, bits_packed = 0;
};

/// A tensor written as a .npy file.
struct TensorFile {
  std::string file, layer, tensor, type;
  std::vector<std::size_t> shape;
};

struct InspectReport {
  std::string model_name, model_source, model_hash;
  int format_version = 0;
  pack::Provenance provenance;
  pack::StorageReport storage;  ///< of the file
  std::int64_t file_bytes = 0;
  std::vector<std::string> classes, notes;
  std::vector<InspectOperator> operators;
  std::vector<InspectLayer> layers;
  std::vector<std::uint64_t> exponents;  ///< over all decomposed layers: of magnitude 2^-e
  std::uint64_t zero_coefficients = 0;
  std::int64_t bits_float = 0, bits_dense = 0, bits_packed = 0;  ///< over all layers
  std::vector<TensorFile> tensors;
};

/// Reads and checks the file, and writes the table and the tensors that were asked for: each whole
/// or not at all. A folder of tensors is made new; one that an earlier call wrote is replaced.
/// Throws InputError, tb::Cancelled.
[[nodiscard]] InspectReport inspect(const InspectOptions& options, const Observer& observer,
                                    std::stop_token stop);

/// As one JSON object (docs/report_format.md), with a newline at its end.
[[nodiscard]] std::string report_text(const InspectReport& report);

/// The per-layer table as comma-separated values (RFC 4180), with a line of titles.
[[nodiscard]] std::string layers_csv(const InspectReport& report);

}  // namespace sd::core
