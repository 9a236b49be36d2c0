#include "workbench/core/report_json.hpp"

#include "energy_model/energy.hpp"
#include "json_envelope.hpp"
#include "workbench/core/write_file.hpp"

namespace sd::core {

namespace {

Json layer_json(const LayerReport& layer) {
  Json json = {
      {"name", layer.name},
      {"kind", layer.kind},
      {"on_rtl", layer.on_rtl},
      {"decomposed", layer.decomposed},
      {"rows", layer.rows},
      {"row_sparsity", layer.row_sparsity},
      {"relative_error", layer.relative_error},
      {"relative_error_integer", layer.integer_error},
      {"bits_float", layer.bits_float},
      {"bits_dense", layer.bits_dense},
      {"bits_packed", layer.bits_packed},
  };
  if (layer.on_rtl) {
    json["bit_exact"] = layer.bit_exact;
    json["cycles"] = layer.cycles;
  } else if (!layer.off_chip_reason.empty()) {
    json["off_chip_reason"] = layer.off_chip_reason;
  }
  return json;
}

Json mismatch_json(const tb::Mismatch& m) {
  return {{"image", m.image},     {"layer", m.layer},
          {"channel", m.channel}, {"row", m.row},
          {"column", m.column},   {"expected", m.expected},
          {"actual", m.actual},   {"differing_values", m.differing_values}};
}

Json rtl_json(const ChipReport& chip) {
  Json counters;
  const auto values = chip.counters.values();
  for (std::size_t i = 0; i < values.size(); ++i) counters[tb::Counters::names()[i]] = values[i];
  Json json = {
      {"images", chip.images},
      {"cycles", chip.counters.cycles},
      {"macs", chip.counters.macs},
      {"mac_utilisation", chip.mac_utilisation},
      {"dram_read_bytes", chip.dram_read_bytes},
      {"dram_write_bytes", chip.dram_write_bytes},
      {"rows_skipped", chip.counters.rows_skipped_weight + chip.counters.rows_skipped_activation},
      {"cycles_per_second", chip.cycles_per_second},
      {"bit_exact", !chip.mismatch},
      {"images_right", chip.correct},
      {"counters", std::move(counters)},
      {"build_seconds", chip.build_seconds},
      {"built_from_cache", chip.built_from_cache},
      {"design", design_json(chip.design)},
  };
  if (chip.mismatch) json["mismatch"] = mismatch_json(*chip.mismatch);
  return json;
}

Json energy_json(const energy::EnergyBreakdown& energy) {
  Json json = Json::object();
  for (const auto& [component, pj] : energy.components) json[component] = pj;
  json["total"] = energy.total_pj();
  return json;
}

Json inputs_json(const RunReport& report) {
  const auto hash = [&](const char* input) {
    const auto found = report.input_hashes.find(input);
    return found == report.input_hashes.end() ? Json() : Json(found->second);
  };
  return {
      {"model",
       {{"name", report.model_name}, {"source", report.model_source}, {"hash", hash("model")}}},
      {"data", {{"description", report.data_description}, {"hash", hash("data")}}},
      {"design", {{"name", report.sd.design.name}, {"hash", hash("design")}}},
      {"technology", energy::default_technology().name},
  };
}

}  // namespace

std::string report_text(const RunReport& report) {
  Json layers = Json::array();
  for (const LayerReport& layer : report.layers) layers.push_back(layer_json(layer));
  const Accuracy& accuracy = report.accuracy;
  Json results = {
      {"bit_exact", report.bit_exact},
      {"layers", std::move(layers)},
      {"accuracy",
       {{"images", accuracy.images},
        {"float", accuracy.float32},
        {"sd_float", accuracy.sd_float},
        {"sd_integer", accuracy.sd_integer}}},
      {"rtl", rtl_json(report.sd)},
      {"energy_pj", energy_json(report.sd.energy_per_image)},
      {"baseline",
       {{"accuracy", {{"images", accuracy.images}, {"dense_integer", accuracy.dense_integer}}},
        {"rtl", rtl_json(report.baseline)},
        {"energy_pj", energy_json(report.baseline.energy_per_image)}}},
      {"energy_ratio", report.energy_ratio},
      {"notes", report.notes},
      {"wall_seconds", report.wall_seconds},
      {"peak_memory_bytes", report.peak_memory_bytes},
      {"tools_peak_memory_bytes", report.tools_peak_memory_bytes},
  };
  return envelope("run", inputs_json(report), std::move(results));
}

void write_report(const RunReport& report, const std::filesystem::path& file) {
  write_file(file, report_text(report));
}

}  // namespace sd::core
