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
               {"runs_as", layer.runs_as},
               {"on_rtl", layer.off_chip_reason.empty()},
               {"compared", layer.compared}};
  if (layer.compared) json["bit_exact"] = layer.bit_exact;
  if (!layer.off_chip_reason.empty()) json["off_chip_reason"] = layer.off_chip_reason;
  if (layer.slots)
    json["mac_slots"] = {{"useful", layer.slots->useful},
                         {"not_computing", layer.slots->not_computing},
                         {"empty_lanes", layer.slots->empty_lanes},
                         {"no_job", layer.slots->no_job}};
  if (layer.counters) json["counters"] = counters_json(*layer.counters);
  return json;
}

Json mismatch_json(const tb::Mismatch& m) {
  return {{"image", m.image},     {"layer", m.layer},
          {"channel", m.channel}, {"row", m.row},
          {"column", m.column},   {"tile", m.tile},
          {"group", m.group},     {"expected", m.expected},
          {"actual", m.actual},   {"differing_values", m.differing_values}};
}

Json fault_json(const SimulateReport& report) {
  const tb::FirstFault& fault = *report.fault;
  Json json = {{"seen_in", report.fault_seen_in},
               {"image", fault.image},
               {"run", fault.run},
               {"cycle", fault.cycle},
               {"run_cycle", fault.run_cycle}};
  if (!fault.failure.empty()) {
    json["failure"] = fault.failure;
  } else {
    json.update({{"address", fault.address},
                 {"layer", fault.layer},
                 {"channel", fault.channel},
                 {"row", fault.row},
                 {"column", fault.column},
                 {"tile", fault.tile},
                 {"group", fault.group},
                 {"padding", fault.padding},
                 {"written_before", fault.again},
                 {"expected", fault.expected},
                 {"actual", fault.actual},
                 {"store_command", fault.store},
                 {"compute_command", fault.compute}});
  }
  if (!report.waveform.empty()) json["waveform"] = report.waveform;
  return json;
}

Json profile_json(const std::vector<ProfiledLayer>& profile) {
  Json list = Json::array();
  for (const auto& [name, layer] : profile)
    list.push_back({{"layers", name},
                    {"mac_utilisation", layer.mac_utilisation},
                    {"limit", tb::name_of(layer.limit)},
                    {"issue_cycles", layer.issue_cycles},
                    {"counters", counters_json(layer.counters)}});
  return list;
}

Json predictions_json(const std::vector<ImagePrediction>& predictions) {
  Json list = Json::array();
  for (const ImagePrediction& p : predictions)
    list.push_back({{"image", p.image},
                    {"label", p.label ? Json(*p.label) : Json()},
                    {"reference_prediction", p.reference},
                    {"chip_prediction", p.chip}});
  return list;
}

}  // namespace

std::string report_text(const SimulateReport& report) {
  Json layers = Json::array();
  for (const SimulatedLayer& layer : report.layers) layers.push_back(layer_json(layer));
  Json results = {{"bit_exact", report.bit_exact()},
                  {"images", report.images},
                  {"images_from_store", report.resumed},
                  {"by_layer", report.by_layer},
                  {"results_compared", report.compared}};
  if (report.mismatch) results["mismatch"] = mismatch_json(*report.mismatch);
  if (!report.failure.empty()) results["failure"] = report.failure;
  if (report.fault) results["first_fault"] = fault_json(report);
  if (report.right) results["images_right"] = *report.right;
  if (report.reference_right) results["images_right_by_reference"] = *report.reference_right;
  results["layers"] = std::move(layers);
  if (!report.profile.empty()) results["profile"] = profile_json(report.profile);
  results["counters"] = counters_json(report.counters);
  results["mac_utilisation"] = report.mac_utilisation;
  results["predictions"] = predictions_json(report.predictions);
  results["jobs"] = report.jobs;
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
