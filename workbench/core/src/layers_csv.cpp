// The per-layer table of `smartdeal inspect --csv`.
#include <fmt/format.h>

#include "workbench/core/inspect_job.hpp"

namespace sd::core {

namespace {

/// In quotes where a reader would otherwise split it.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace

std::string layers_csv(const InspectReport& report) {
  std::string text =
      "name,kind,stored,filters,channels,kernel_height,kernel_width,groups,rank,levels,columns,"
      "rows,slice_rows,slices,filters_per_basis,zero_rows,all_rows,zero_values,all_values,"
      "relative_error,weight_scale_least,weight_scale_most,activation_scale,bits_float,bits_dense,"
      "bits_packed\r\n";
  for (const InspectLayer& layer : report.layers) {
    text += fmt::format(
        "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\r\n",
        field(layer.name), layer.kind, layer.decomposed ? "sd" : "dense", layer.filters,
        layer.channels, layer.kernel_height, layer.kernel_width, layer.groups, layer.rank,
        layer.levels, layer.columns, layer.rows, layer.slice_rows, layer.slices,
        layer.filters_per_basis, layer.zero_rows, layer.all_rows, layer.zero_values,
        layer.all_values, layer.relative_error, layer.weight_scale_least, layer.weight_scale_most,
        layer.activation_scale, layer.bits_float, layer.bits_dense, layer.bits_packed);
  }
  return text;
}

}  // namespace sd::core
