#include "simulate_text.hpp"

#include <fmt/format.h>

#include "table.hpp"

namespace sd::cli {

namespace {

using Align = Table::Align;

/// Below it, a layer's line of reasons is shown.
constexpr double good_utilisation = 0.85;

std::string layer_table(const core::SimulateReport& report) {
  Table table({{"layer", Align::left},
               {"runs as", Align::left},
               {"cycles"},
               {"MACs"},
               {"utilisation"},
               {"not computing"},
               {"empty lanes"},
               {"no job"},
               {"read beats"},
               {"write beats"},
               {"result", Align::left}});
  for (const core::SimulatedLayer& layer : report.layers) {
    const std::string result = !layer.off_chip_reason.empty() ? "reference"
                               : !layer.compared              ? "not compared"
                               : layer.bit_exact              ? "bit-exact"
                                                              : "DIFFERS";
    const std::string how = layer.off_chip_reason.empty() ? layer.runs_as : "host";
    if (!layer.counters) {
      table.add({layer.name, how, "", "", "", "", "", "", "", "", result});
      continue;
    }
    const tb::Counters& c = *layer.counters;
    std::vector<std::string> shares(4);
    if (layer.slots)
      shares = {percent(layer.slots->useful, 1), percent(layer.slots->not_computing, 1),
                percent(layer.slots->empty_lanes, 1), percent(layer.slots->no_job, 1)};
    table.add({layer.name, how, grouped(c.cycles), grouped(c.macs), shares[0], shares[1], shares[2],
               shares[3], grouped(c.dram_read_beats), grouped(c.dram_write_beats), result});
  }
  return table.text();
}

std::string share_of(std::uint64_t cycles, const tb::Counters& counters) {
  return percent(static_cast<double>(cycles) / static_cast<double>(counters.cycles), 1);
}

/// Why a layer's MACs are not busy, from its counters.
std::string reasons(const core::SimulatedLayer& layer) {
  const tb::Counters& c = *layer.counters;
  return fmt::format(
      "{}: of its cycles, loads are under way in {}, stores in {}, computing in {}; a job waits "
      "for a free line in {}, a line waits to merge in {}\n",
      layer.name, share_of(c.load_busy_cycles, c), share_of(c.store_busy_cycles, c),
      share_of(c.compute_busy_cycles, c), share_of(c.select_stall_cycles, c),
      share_of(c.drain_stall_cycles, c));
}

std::string by_layer_text(const core::SimulateReport& report) {
  std::string text = layer_table(report) + "\n";
  text +=
      "Shares of cycles x MACs: utilisation; not computing: no COMPUTE under way; empty lanes: "
      "fewer "
      "filters or\npixels than MACs; no job: a line without work, or waiting to merge.\n";
  std::string low;
  for (const core::SimulatedLayer& layer : report.layers)
    if (layer.slots && layer.counters->cycles > 0 && layer.slots->useful < good_utilisation)
      low += reasons(layer);
  if (!low.empty())
    text += fmt::format("\nUtilisation below {:.0f} %:\n", 100 * good_utilisation) + low;
  return text + "\n";
}

/// Of one image's command list, what each layer adds to it.
std::string profile_table(const core::SimulateReport& report) {
  Table table({{"layer in the command list", Align::left},
               {"cycles"},
               {"MACs"},
               {"utilisation"},
               {"limited by", Align::left}});
  for (const core::ProfiledLayer& layer : report.profile)
    table.add({layer.name, grouped(layer.profile.counters.cycles),
               grouped(layer.profile.counters.macs), percent(layer.profile.mac_utilisation, 1),
               std::string(tb::explanation(layer.profile.limit))});
  return table.text();
}

std::string counter_table(const core::SimulateReport& report) {
  Table table(
      {{fmt::format("counters, sum of {} image{}", report.images, report.images == 1 ? "" : "s"),
        Align::left},
       {""}});
  const auto values = report.counters.values();
  for (std::size_t i = 0; i < values.size(); ++i)
    table.add({tb::Counters::names()[i], grouped(values[i])});
  return table.text();
}

std::string fault_text(const core::SimulateReport& report) {
  const tb::FirstFault& f = *report.fault;
  const std::string when =
      fmt::format("cycle {} (cycle {} of run {})", f.cycle, f.run_cycle, f.run);
  std::string text;
  if (!f.failure.empty()) {
    text = fmt::format("image {} fails at cycle {}", f.image, f.cycle);
  } else {
    const std::string what = f.again ? "is written again" : "is written";
    text = fmt::format(
        "first wrong write ({}):\n  {}: {} instead of {} {} at address {:#x}\n  layer {}, channel "
        "{}, row {}, column {}{}; tile {}, group {}",
        report.fault_seen_in, when, f.actual, f.expected, what, f.address, f.layer, f.channel,
        f.row, f.column, f.padding ? " (padding)" : "", f.tile, f.group);
    if (!f.store.empty()) text += "\n  written by   " + f.store;
    if (!f.compute.empty()) text += "\n  computed by  " + f.compute;
  }
  if (!report.waveform.empty())
    text += fmt::format("\n  waveform     {} (cycle n is its time 2n)", report.waveform);
  return text + "\n";
}

std::string speed_text(const core::SimulateReport& report) {
  return fmt::format(
      "simulated {} cycles/s, {} MACs/s on one core of {}, {:.1f} s in all; model {} {:.1f} s\n",
      grouped(static_cast<std::uint64_t>(report.cycles_per_second)),
      grouped(static_cast<std::uint64_t>(report.macs_per_second)), report.jobs,
      report.simulation_seconds, report.built_from_cache ? "from the cache in" : "built in",
      report.build_seconds);
}

}  // namespace

std::string simulate_text(const core::SimulateReport& report) {
  std::string text = fmt::format("network  {} ({})\ndata     {}\ndesign   {} ({})\n\n",
                                 report.model_name, report.model_source, report.data_description,
                                 report.design.name, report.design_hash);
  if (report.by_layer) text += by_layer_text(report);
  if (!report.profile.empty()) text += profile_table(report) + "\n";
  text += counter_table(report) + "\n";
  text += fmt::format("MAC utilisation {}\n", percent(report.mac_utilisation, 1));
  text += speed_text(report);
  if (report.resumed > 0) text += fmt::format("images from the store: {}\n", report.resumed);
  if (report.right)
    text += fmt::format("classified right: {} of {} ({} by the integer reference)\n", *report.right,
                        report.predictions.size(), *report.reference_right);
  for (const std::string& note : report.notes) text += fmt::format("note: {}\n", note);
  if (report.mismatch) {
    const tb::Mismatch& m = *report.mismatch;
    text += fmt::format(
        "first difference: image {}, layer {}, channel {}, row {}, column {} (tile {}, group {}): "
        "expected {}, actual {}; {} values of this layer differ\n",
        m.image, m.layer, m.channel, m.row, m.column, m.tile, m.group, m.expected, m.actual,
        m.differing_values);
  }
  if (report.fault) text += fault_text(report);
  text += fmt::format("results compared in each image: {}\nbit-exact: {}\n", report.compared,
                      report.bit_exact() ? "yes" : "no");
  return text;
}

}  // namespace sd::cli
