// The report of `smartdeal compare`.
#include "json_envelope.hpp"
#include "workbench/core/compare_job.hpp"

namespace sd::core {

namespace {

Json method_json(const ComparedMethod& method) {
  return {{"ratio", method.ratio},
          {"relative_error", method.relative_error},
          {"accuracy", method.accuracy}};
}

Json weights_only_json(const ComparedSd& method) {
  Json json = method_json(method);
  json["ratio_packed"] = method.ratio_packed;
  return json;
}

Json row_json(const CompareRow& row) {
  const ComparedDataAware& data_aware = row.data_aware;
  return {
      {"target_ratio", row.target_ratio},
      {"gaussian_bound", row.gaussian_bound},
      {"weights_only", weights_only_json(row.weights_only)},
      {"data_aware",
       {{"ratio", data_aware.ratio},
        {"ratio_packed", data_aware.ratio_packed},
        {"relative_error", data_aware.relative_error},
        {"accuracy_float", data_aware.accuracy},
        {"accuracy_integer", data_aware.accuracy_integer},
        {"seconds", data_aware.seconds}}},
      {"uniform", method_json(row.uniform)},
      {"powers_of_two", method_json(row.powers_of_two)},
      {"pruning", method_json(row.pruning)},
  };
}

}  // namespace

std::string report_text(const CompareReport& report) {
  Json rows = Json::array();
  for (const CompareRow& row : report.rows) rows.push_back(row_json(row));
  return envelope(
      "compare",
      {{"model",
        {{"name", report.model_name},
         {"source", report.model_source},
         {"hash", report.input_hashes.at("model")}}},
       {"data",
        {{"description", report.data_description}, {"hash", report.input_hashes.at("data")}}},
       {"calibration",
        {{"description", report.calibration_description},
         {"images", report.calibration_images},
         {"hash", report.input_hashes.at("calibration")}}}},
      {{"float_accuracy", report.float_accuracy},
       {"images", report.images},
       {"calibration_images", report.calibration_images},
       {"rows", std::move(rows)},
       {"curve_seconds", report.curve_seconds},
       {"notes", report.notes},
       {"seconds", report.seconds},
       {"peak_memory_bytes", report.peak_memory_bytes}});
}

}  // namespace sd::core
