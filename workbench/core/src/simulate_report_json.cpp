// The report of `smartdeal simulate`.
#include "json_envelope.hpp"
#include "workbench/core/simulate_job.hpp"

namespace sd::core {

namespace {

Json counters_json(const tb::Counters& counters) {
  Json json;
  const auto values = counters.values();
  for (std::size_t i = 0; i < values.size(); ++i) json[tb::Counters::names()[i]] = values[i];
  return json;
}

Json layer_json(const SimulatedLayer& layer) {
  Json json = {{"name", layer.name},
               {"kind", layer.kind},
               {"on_rtl", layer.off_chip_reason.empty()},
               {"compared", layer.compared}};
  if (layer.compared) json["bit_exact"] = layer.bit_exact;
  if (!layer.off_chip_reason.empty()) json["off_chip_reason"] = layer.off_chip_reason;
  if (layer.counters) json["counters"] = counters_json(*layer.counters);
  return json;
}

}  // namespace

std::string report_text(const SimulateReport& report) {
  Json layers = Json::array();
  for (const SimulatedLayer& layer : report.layers) layers.push_back(layer_json(layer));
  Json results = {{"bit_exact", report.bit_exact()},
                  {"images", report.images},
                  {"by_layer", report.by_layer},
                  {"results_compared", report.compared}};
  if (report.mismatch) {
    const tb::Mismatch& m = *report.mismatch;
    results["mismatch"] = {{"image", m.image},     {"layer", m.layer},
                           {"channel", m.channel}, {"row", m.row},
                           {"column", m.column},   {"tile", m.tile},
                           {"group", m.group},     {"expected", m.expected},
                           {"actual", m.actual},   {"differing_values", m.differing_values}};
  }
  if (report.right) results["images_right"] = *report.right;
  results["layers"] = std::move(layers);
  results["counters"] = counters_json(report.counters);
  results["mac_utilisation"] = report.mac_utilisation;
  results["cycles_per_second"] = report.cycles_per_second;
  results["macs_per_second"] = report.macs_per_second;
  results["simulation_seconds"] = report.simulation_seconds;
  results["build_seconds"] = report.build_seconds;
  results["built_from_cache"] = report.built_from_cache;
  results["design"] = design_json(report.design);
  results["notes"] = report.notes;
  results["wall_seconds"] = report.wall_seconds;
  return envelope("simulate",
                  {{"model",
                    {{"name", report.model_name},
                     {"source", report.model_source},
                     {"hash", report.model_hash}}},
                   {"data",
                    {{"description", report.data_description},
                     {"hash", report.data_hash.empty() ? Json() : Json(report.data_hash)}}},
                   {"design", {{"name", report.design.name}, {"hash", report.design_hash}}}},
                  std::move(results));
}

}  // namespace sd::core
