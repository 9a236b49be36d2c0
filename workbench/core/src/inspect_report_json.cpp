// The report of `smartdeal inspect`.
#include "provenance_json.hpp"
#include "workbench/core/inspect_job.hpp"

namespace sd::core {

namespace {

Json operator_json(const InspectOperator& op) {
  return {{"name", op.name},
          {"kind", op.kind},
          {"inputs", op.inputs},
          {"output", {op.output.channels, op.output.height, op.output.width}},
          {"activation_scale", op.activation_scale},
          {"macs", op.macs}};
}

Json layer_json(const InspectLayer& layer) {
  Json json = {
      {"name", layer.name},
      {"kind", layer.kind},
      {"decomposed", layer.decomposed},
      {"shape", {layer.filters, layer.channels, layer.kernel_height, layer.kernel_width}},
      {"groups", layer.groups},
      {"columns", layer.columns},
      {"rows", layer.rows},
      {"zero_rows", layer.zero_rows},
      {"row_sparsity", layer.all_rows > 0 ? static_cast<double>(layer.zero_rows) /
                                                static_cast<double>(layer.all_rows)
                                          : 0.0},
      {"sparsity", layer.all_values > 0 ? static_cast<double>(layer.zero_values) /
                                              static_cast<double>(layer.all_values)
                                        : 0.0},
      {"relative_error_integer", layer.relative_error},
      {"weight_scale", {{"least", layer.weight_scale_least}, {"most", layer.weight_scale_most}}},
      {"activation_scale", layer.activation_scale},
      {"bits_float", layer.bits_float},
      {"bits_dense", layer.bits_dense},
      {"bits_packed", layer.bits_packed},
  };
  if (layer.decomposed) {
    json["rank"] = layer.rank;
    json["levels"] = layer.levels;
    json["slice_rows"] = layer.slice_rows;
    json["slices"] = layer.slices;
    json["filters_per_basis"] = layer.filters_per_basis;
    json["exponents"] = layer.exponents;
  }
  return json;
}

Json storage_json(const InspectReport& report) {
  const pack::StorageReport& storage = report.storage;
  return {{"file_bytes", report.file_bytes},
          {"bits_float", report.bits_float},
          {"bits_dense", report.bits_dense},
          {"bits_packed", storage.bits_packed()},
          {"bits_file", storage.bits_file()},
          {"parts",
           {{"coefficients", storage.coefficients},
            {"row_index", storage.row_index},
            {"bases", storage.bases},
            {"rebuild_shifts", storage.rebuild_shifts},
            {"dense_weights", storage.dense_weights},
            {"biases", storage.biases},
            {"stages", storage.stages},
            {"file_scales", storage.file_scales},
            {"file_overhead", storage.bits_file_overhead}}}};
}

}  // namespace

std::string report_text(const InspectReport& report) {
  Json operators = Json::array(), layers = Json::array(), tensors = Json::array();
  for (const InspectOperator& op : report.operators) operators.push_back(operator_json(op));
  for (const InspectLayer& layer : report.layers) layers.push_back(layer_json(layer));
  for (const TensorFile& tensor : report.tensors)
    tensors.push_back({{"file", tensor.file},
                       {"layer", tensor.layer},
                       {"tensor", tensor.tensor},
                       {"type", tensor.type},
                       {"shape", tensor.shape}});
  Json results = {
      {"format_version", report.format_version},
      {"provenance", provenance_json(report.provenance)},
      {"storage", storage_json(report)},
      {"exponents", {{"zero", report.zero_coefficients}, {"by_exponent", report.exponents}}},
      {"operators", std::move(operators)},
      {"layers", std::move(layers)},
      {"classes", report.classes},
      {"notes", report.notes},
  };
  if (!report.tensors.empty()) results["tensors"] = std::move(tensors);
  return envelope("inspect",
                  {{"model",
                    {{"name", report.model_name},
                     {"source", report.model_source},
                     {"hash", report.model_hash}}}},
                  std::move(results));
}

}  // namespace sd::core
