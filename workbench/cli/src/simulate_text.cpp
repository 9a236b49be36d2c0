#include "simulate_text.hpp"

#include <fmt/format.h>

#include "table.hpp"

namespace sd::cli {

namespace {

using Align = Table::Align;

std::string layer_table(const core::SimulateReport& report) {
  Table table({{"layer", Align::left},
               {"cycles"},
               {"MACs"},
               {"utilisation"},
               {"read beats"},
               {"write beats"},
               {"result", Align::left}});
  for (const core::SimulatedLayer& layer : report.layers) {
    const std::string result = !layer.off_chip_reason.empty() ? "reference"
                               : !layer.compared              ? "not compared"
                               : layer.bit_exact              ? "bit-exact"
                                                              : "DIFFERS";
    if (!layer.counters) {
      table.add({layer.name, "", "", "", "", "", result});
      continue;
    }
    const tb::Counters& c = *layer.counters;
    const double slots = static_cast<double>(c.cycles) * report.design.total_macs();
    table.add({layer.name, grouped(c.cycles), grouped(c.macs),
               slots > 0 ? percent(static_cast<double>(c.mac_active) / slots, 1) : "",
               grouped(c.dram_read_beats), grouped(c.dram_write_beats), result});
  }
  return table.text();
}

}  // namespace

std::string simulate_text(const core::SimulateReport& report) {
  std::string text = fmt::format("network  {} ({})\ndata     {}\ndesign   {} ({})\n\n",
                                 report.model_name, report.model_source, report.data_description,
                                 report.design.name, report.design_hash);
  if (report.by_layer) text += layer_table(report) + "\n";
  Table counters(
      {{fmt::format("counters, sum of {} image{}", report.images, report.images == 1 ? "" : "s"),
        Align::left},
       {""}});
  const auto values = report.counters.values();
  for (std::size_t i = 0; i < values.size(); ++i)
    counters.add({tb::Counters::names()[i], grouped(values[i])});
  text += counters.text() + "\n";
  text += fmt::format("MAC utilisation {}\n", percent(report.mac_utilisation, 1));
  text += fmt::format(
      "simulated {} cycles/s, {} MACs/s, {:.1f} s; model {} {:.1f} s\n",
      grouped(static_cast<std::uint64_t>(report.cycles_per_second)),
      grouped(static_cast<std::uint64_t>(report.macs_per_second)), report.simulation_seconds,
      report.built_from_cache ? "from the cache in" : "built in", report.build_seconds);
  if (report.right)
    text += fmt::format("classified right: {} of {}\n", *report.right, report.images);
  for (const std::string& note : report.notes) text += fmt::format("note: {}\n", note);
  if (report.mismatch) {
    const tb::Mismatch& m = *report.mismatch;
    text += fmt::format(
        "first difference: image {}, layer {}, channel {}, row {}, column {} (tile {}, group {}): "
        "expected {}, actual {}; {} values of this layer differ\n",
        m.image, m.layer, m.channel, m.row, m.column, m.tile, m.group, m.expected, m.actual,
        m.differing_values);
  }
  text += fmt::format("results compared in each image: {}\nbit-exact: {}\n", report.compared,
                      report.bit_exact() ? "yes" : "no");
  return text;
}

}  // namespace sd::cli
