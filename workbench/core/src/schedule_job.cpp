#include "workbench/core/schedule_job.hpp"

#include <utility>

#include "as_input_error.hpp"
#include "json_envelope.hpp"
#include "model_input.hpp"
#include "rtl/schedule/program.hpp"
#include "stages.hpp"

namespace sd::core {

namespace {

void describe(const schedule::LayerSchedule& from, const std::vector<graph::Operator>& operators,
              ScheduledLayer& layer) {
  for (const int index : from.fused)
    layer.fused.push_back(operators[static_cast<std::size_t>(index)].name);
  layer.run = from.run;
  layer.groups = from.groups.size();
  for (const schedule::FilterGroup& group : from.groups)
    layer.rows_stored += group.stored_rows.size();
  layer.tiles = from.tiles.size();
  if (!from.tiles.empty()) layer.tile_rows = from.tiles.front().output_rows;
  if (from.execution == schedule::Execution::array) {
    layer.loop_order =
        from.loop_order == schedule::LoopOrder::tiles_outer ? "tiles_outer" : "groups_outer";
    layer.block_rows = from.block_rows;
    layer.block_words = from.block_words;
  }
  layer.residence = from.residence == schedule::Residence::on_chip ? "on_chip" : "dram";
  layer.commands = from.commands;
  layer.dram_bytes = from.dram_bytes;
  layer.predicted_cycles = from.predicted_cycles;
}

ScheduleJobReport schedule_checked(const ScheduleJobOptions& options, Stages& stages) {
  ScheduleJobReport report;
  stages.begin("read model");
  const SdInput input = load_sd(options.model);
  const pack::PackedModel& model = input.file.model;
  if (options.design) report.design = design::read_toml(*options.design);
  design::validate(report.design);
  report.model_name = model.network.name;
  report.model_source = options.model.string();
  report.model_hash = input.hash;
  report.design_hash = design::content_hash(report.design);
  report.export_maps = options.export_maps;
  report.spill = options.spill;
  report.no_fusion = options.no_fusion;

  stages.begin("schedule");
  schedule::ScheduleOptions wishes;
  wishes.export_maps = options.export_maps;
  wishes.keep_on_chip = !options.spill;
  wishes.fuse_additions = !options.no_fusion;
  const schedule::Program program = schedule::build_program(model, report.design, wishes);
  stages.check();

  const std::vector<graph::Operator>& operators = model.network.operators;
  for (std::size_t i = 1; i < operators.size(); ++i) {
    const schedule::OperatorExecution& how = program.operators[i];
    ScheduledLayer layer;
    layer.name = operators[i].name;
    layer.kind = graph::to_string(operators[i].kind);
    layer.execution = schedule::to_string(how.execution);
    layer.runs_as = schedule::execution_text(program, model, static_cast<int>(i));
    if (how.execution == schedule::Execution::fused) {
      const int producer = program.layers[how.layer.value()].operator_index;
      layer.fused_into = operators[static_cast<std::size_t>(producer)].name;
    } else if (how.layer) {
      describe(program.layers[*how.layer], operators, layer);
      report.dram_bytes += layer.dram_bytes;
      report.predicted_cycles += layer.predicted_cycles;
    }
    report.layers.push_back(std::move(layer));
  }
  for (const schedule::OffChip& off : program.off_chip)
    report.layers[static_cast<std::size_t>(off.operator_index) - 1].reason = off.reason;
  report.runs = program.runs.size();
  for (const schedule::ProgramRun& run : program.runs) report.commands += run.commands;
  report.image_bytes = program.image.size();
  if (options.listing || options.commands)
    report.listing = schedule::listing(program, model, options.commands);
  return report;
}

}  // namespace

ScheduleJobReport schedule_network(const ScheduleJobOptions& options, const Observer& observer,
                                   std::stop_token stop) {
  Stages stages(observer, std::move(stop));
  return as_input_error([&] { return schedule_checked(options, stages); });
}

std::string report_text(const ScheduleJobReport& report) {
  Json layers = Json::array();
  for (const ScheduledLayer& layer : report.layers) {
    Json json = {{"name", layer.name}, {"kind", layer.kind}, {"execution", layer.execution}};
    if (!layer.reason.empty()) json["reason"] = layer.reason;
    if (!layer.fused_into.empty()) json["fused_into"] = layer.fused_into;
    if (layer.has_commands()) {
      json["run"] = layer.run;
      json["fused"] = layer.fused;
      json["residence"] = layer.residence;
      json["tiles"] = layer.tiles;
      json["tile_rows"] = layer.tile_rows;
      json["commands"] = layer.commands;
      json["dram_bytes"] = layer.dram_bytes;
      json["predicted_cycles"] = layer.predicted_cycles;
    }
    if (layer.execution == "array") {
      json["groups"] = layer.groups;
      json["rows_stored"] = layer.rows_stored;
      json["loop_order"] = layer.loop_order;
      json["block_rows"] = layer.block_rows;
      json["block_words"] = layer.block_words;
    }
    layers.push_back(std::move(json));
  }
  Json results = {
      {"layers", std::move(layers)},
      {"options",
       {{"export_maps", report.export_maps},
        {"spill", report.spill},
        {"no_fusion", report.no_fusion}}},
      {"total",
       {{"runs", report.runs},
        {"commands", report.commands},
        {"dram_bytes", report.dram_bytes},
        {"predicted_cycles", report.predicted_cycles},
        {"image_bytes", report.image_bytes}}},
      {"design", design_json(report.design)},
  };
  if (!report.listing.empty()) results["listing"] = report.listing;
  return envelope("schedule",
                  {{"model",
                    {{"name", report.model_name},
                     {"source", report.model_source},
                     {"hash", report.model_hash}}},
                   {"design", {{"name", report.design.name}, {"hash", report.design_hash}}}},
                  std::move(results));
}

}  // namespace sd::core
