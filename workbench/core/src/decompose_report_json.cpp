// The report of `smartdeal decompose`.
#include "json_envelope.hpp"
#include "sdengine/decompose/storage.hpp"
#include "workbench/core/decompose_job.hpp"

namespace sd::core {

namespace {

Json layer_json(const DecomposeLayer& layer) {
  const compress::LayerResult& r = layer.result;
  Json json = {
      {"name", r.name},
      {"kind", r.kind},
      {"decomposed", r.decomposed},
      {"shape", {r.shape.filters, r.shape.channels, r.shape.kernel_height, r.shape.kernel_width}},
      {"weights", r.weights},
  };
  if (r.decomposed) {
    json["rank"] = r.rank;
    json["levels"] = r.levels;
    json["columns"] = r.columns;
    json["slice_rows"] = r.slice_rows;
    json["filters_per_basis"] = r.filters_per_basis;
    json["row_sparsity"] = r.row_sparsity;
    json["sparsity"] = r.sparsity;
  } else {
    json["reason"] = r.reason;
  }
  json["relative_error"] = r.relative_error;
  json["output_error"] = r.output_error;
  json["relative_error_integer"] = layer.integer_error;
  json["bits_float"] = decompose::float_bits(r.shape);
  json["bits_dense"] = r.bits_dense;
  json["bits_packed"] = r.bits_packed;
  if (r.decomposed) {
    json["bits_b8"] = r.bits_b8;
    json["bits_b32"] = r.bits_b32;
  }
  return json;
}

Json inputs_json(const DecomposeReport& report) {
  Json inputs = {{"model",
                  {{"name", report.model_name},
                   {"source", report.model_source},
                   {"hash", report.input_hashes.at("model")}}}};
  const auto calibration = report.input_hashes.find("calibration");
  if (calibration != report.input_hashes.end())
    inputs["calibration"] = {{"description", report.calibration_description},
                             {"images", report.calibration_images},
                             {"hash", calibration->second}};
  const auto settings = report.input_hashes.find("settings");
  if (settings != report.input_hashes.end()) inputs["settings"] = {{"hash", settings->second}};
  return inputs;
}

}  // namespace

std::string report_text(const DecomposeReport& report) {
  Json layers = Json::array(), curve = Json::array();
  for (const DecomposeLayer& layer : report.layers) layers.push_back(layer_json(layer));
  for (const compress::CurvePoint& point : report.curve)
    curve.push_back({{"ratio_b8", point.ratio_b8}, {"distortion", point.distortion}});
  Json results = {
      {"relative_error", report.relative_error},
      {"compression_ratio",
       {{"b8", report.ratio_b8}, {"b32", report.ratio_b32}, {"packed", report.ratio_packed}}},
      {"seconds", report.seconds},
      {"peak_memory_bytes", report.peak_memory_bytes},
      {"settings", Json::parse(report.settings)},
      {"layers", std::move(layers)},
  };
  if (report.target_ratio) {
    results["target_ratio"] = *report.target_ratio;
    results["target_met"] = report.target_met;
  }
  if (!report.curve.empty()) results["curve"] = std::move(curve);
  results["file"] = {
      {"name", report.file}, {"bytes", report.file_bytes}, {"hash", report.file_hash}};
  results["notes"] = report.notes;
  return envelope("decompose", inputs_json(report), std::move(results));
}

}  // namespace sd::core
