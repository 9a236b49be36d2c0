#include "simulation_record.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace sd::core {

namespace {

using Json = nlohmann::ordered_json;

Json json_of(const tb::Counters& counters) {
  return counters.values();
}

tb::Counters counters_of(const Json& json) {
  if (json.size() != tb::Counters::count)
    throw RecordError(
        fmt::format("it has {} counters instead of {}", json.size(), tb::Counters::count));
  return tb::Counters::from_values(json.get<std::array<std::uint64_t, tb::Counters::count>>());
}

Json json_of(const tb::LayerRun& layer) {
  Json json = {{"operator", layer.operator_index},
               {"run", layer.run},
               {"compared", layer.compared},
               {"bit_exact", layer.bit_exact},
               {"images", layer.images}};
  if (layer.counters) json["counters"] = json_of(*layer.counters);
  return json;
}

tb::LayerRun layer_of(const Json& json) {
  tb::LayerRun layer;
  json.at("operator").get_to(layer.operator_index);
  json.at("run").get_to(layer.run);
  json.at("compared").get_to(layer.compared);
  json.at("bit_exact").get_to(layer.bit_exact);
  json.at("images").get_to(layer.images);
  if (json.contains("counters")) layer.counters = counters_of(json.at("counters"));
  return layer;
}

Json json_of(const tb::Mismatch& m) {
  return {{"image", m.image},
          {"operator", m.operator_index},
          {"layer", m.layer},
          {"channel", m.channel},
          {"row", m.row},
          {"column", m.column},
          {"expected", m.expected},
          {"actual", m.actual},
          {"differing", m.differing_values},
          {"tile", m.tile},
          {"group", m.group},
          {"run", m.run}};
}

tb::Mismatch mismatch_of(const Json& json) {
  tb::Mismatch m;
  json.at("image").get_to(m.image);
  json.at("operator").get_to(m.operator_index);
  json.at("layer").get_to(m.layer);
  json.at("channel").get_to(m.channel);
  json.at("row").get_to(m.row);
  json.at("column").get_to(m.column);
  json.at("expected").get_to(m.expected);
  json.at("actual").get_to(m.actual);
  json.at("differing").get_to(m.differing_values);
  json.at("tile").get_to(m.tile);
  json.at("group").get_to(m.group);
  json.at("run").get_to(m.run);
  return m;
}

}  // namespace

std::string record_text(const std::string& input, const tb::SimulationResult& result) {
  Json json = {{"input", input},
               {"total", json_of(result.total)},
               {"predictions", result.predictions},
               {"reference_predictions", result.reference_predictions},
               {"seconds", result.simulation_seconds}};
  if (result.first_mismatch) json["mismatch"] = json_of(*result.first_mismatch);
  Json layers = Json::array();
  for (const tb::LayerRun& layer : result.layers) layers.push_back(json_of(layer));
  json["layers"] = std::move(layers);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

SimulationRecord parse_record(const std::string& text) {
  try {
    const Json json = Json::parse(text);
    SimulationRecord record;
    json.at("input").get_to(record.input);
    tb::SimulationResult& result = record.result;
    result.images = 1;
    result.total = counters_of(json.at("total"));
    json.at("predictions").get_to(result.predictions);
    json.at("reference_predictions").get_to(result.reference_predictions);
    json.at("seconds").get_to(result.simulation_seconds);
    if (json.contains("mismatch")) result.first_mismatch = mismatch_of(json.at("mismatch"));
    for (const Json& layer : json.at("layers")) result.layers.push_back(layer_of(layer));
    return record;
  } catch (const Json::exception& error) {
    throw RecordError(error.what());
  }
}

}  // namespace sd::core
