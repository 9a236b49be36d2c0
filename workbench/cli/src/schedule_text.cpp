#include <fmt/format.h>

#include "simulate_text.hpp"
#include "table.hpp"

namespace sd::cli {

namespace {

std::string count(std::int64_t value) {
  return grouped(static_cast<std::uint64_t>(value));
}

std::vector<std::string> cells(const core::ScheduledLayer& layer) {
  if (!layer.has_commands())
    return {layer.name, layer.reason.empty() ? layer.runs_as : layer.execution};
  const bool array = layer.groups > 0;
  std::string how = layer.runs_as;
  for (const std::string& name : layer.fused) how += " + " + name;
  std::string tiles;
  if (layer.tiles > 0) tiles = fmt::format("{} x {}", layer.tiles, layer.tile_rows);
  if (array && layer.tiles > 1)
    tiles += layer.loop_order == "tiles_outer" ? ", tiles outer" : ", groups outer";
  return {layer.name,
          how,
          array ? std::to_string(layer.groups) : "",
          array ? grouped(layer.rows_stored) : "",
          tiles,
          array ? fmt::format("{} x {}", layer.block_rows, layer.block_words) : "",
          layer.residence == "on_chip" ? "on chip" : "DRAM",
          count(layer.commands),
          count(layer.dram_bytes),
          count(layer.predicted_cycles)};
}

}  // namespace

std::string schedule_text(const core::ScheduleJobReport& report) {
  using Align = Table::Align;
  std::string text = fmt::format("network  {} ({})\ndesign   {} ({})\n\n", report.model_name,
                                 report.model_source, report.design.name, report.design_hash);
  Table table({{"layer", Align::left},
               {"runs as", Align::left},
               {"groups"},
               {"rows stored"},
               {"tiles x rows", Align::left},
               {"blocks"},
               {"result", Align::left},
               {"commands"},
               {"DRAM bytes"},
               {"cycles (estimate)"}});
  for (const core::ScheduledLayer& layer : report.layers) table.add(cells(layer));
  table.add_rule();
  table.add({"all", "", "", "", "", "", "", grouped(report.commands), count(report.dram_bytes),
             count(report.predicted_cycles)});
  text += table.text() + "\n";
  for (const core::ScheduledLayer& layer : report.layers)
    if (!layer.reason.empty())
      text += fmt::format("host: {} ({}): {}\n", layer.name, layer.kind, layer.reason);
  text += fmt::format("{} start{} of the accelerator, memory image {} bytes\n", report.runs,
                      report.runs == 1 ? "" : "s", grouped(report.image_bytes));
  if (!report.listing.empty()) text += "\n" + report.listing;
  return text;
}

}  // namespace sd::cli
