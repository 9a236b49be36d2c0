#include "run_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "table.hpp"

namespace sd::cli {

namespace {

using Align = Table::Align;

std::string grouped_mean(std::uint64_t total, std::size_t images) {
  return grouped((total + images / 2) / std::max<std::size_t>(images, 1));
}

std::string array_of(const design::DesignPoint& d) {
  return fmt::format("{} slices x {} lines x {} MACs, {}, rank {}, levels {}, {} MHz", d.slices,
                     d.lines, d.macs,
                     d.mac_kind == design::MacKind::booth_serial ? "Booth-serial" : "parallel",
                     d.rank, d.levels, d.clock_mhz);
}

std::string runs_on(const core::LayerReport& layer) {
  if (!layer.on_rtl) return "reference";
  if (!layer.simulated) return "RTL, not reached";
  return layer.bit_exact ? "RTL, bit-exact" : "RTL, DIFFERS";
}

std::string layer_table(const core::RunReport& report) {
  Table table({{"layer", Align::left},
               {"kind", Align::left},
               {"rows"},
               {"zero rows"},
               {"error"},
               {"bits before"},
               {"bits after"},
               {"ratio"},
               {"cycles/image"},
               {"runs on", Align::left}});
  std::int64_t dense = 0, packed = 0;
  for (const core::LayerReport& layer : report.layers) {
    const bool weights = layer.bits_packed > 0;
    const std::string cycles = layer.cycles > 0 ? grouped(layer.cycles) : "";
    if (!weights) {
      table.add({layer.name, layer.kind, "", "", "", "", "", "", cycles, runs_on(layer)});
      continue;
    }
    dense += layer.bits_dense;
    packed += layer.bits_packed;
    table.add({layer.name, layer.kind, std::to_string(layer.rows),
               layer.decomposed ? percent(layer.row_sparsity, 1) : "dense",
               percent(layer.relative_error), grouped(static_cast<std::uint64_t>(layer.bits_dense)),
               grouped(static_cast<std::uint64_t>(layer.bits_packed)),
               ratio(static_cast<double>(layer.bits_dense), static_cast<double>(layer.bits_packed)),
               cycles, runs_on(layer)});
  }
  table.add_rule();
  table.add({"all", "", "", "", "", grouped(static_cast<std::uint64_t>(dense)),
             grouped(static_cast<std::uint64_t>(packed)),
             ratio(static_cast<double>(dense), static_cast<double>(packed)),
             grouped_mean(report.sd.counters.cycles, report.sd.images), ""});
  return table.text();
}

std::string accuracy_table(const core::Accuracy& a) {
  Table table({{fmt::format("accuracy on {} images", grouped(a.images)), Align::left}, {""}});
  table.add({"float", percent(a.float32)});
  table.add({"SD float (weights rebuilt as Ce * B)", percent(a.sd_float)});
  table.add({"SD integer (what the accelerator computes)", percent(a.sd_integer)});
  table.add({"dense 8-bit integer (the baseline)", percent(a.dense_integer)});
  return table.text();
}

double component(const energy::EnergyBreakdown& energy, const std::string& name) {
  const auto found = std::find_if(energy.components.begin(), energy.components.end(),
                                  [&](const auto& part) { return part.first == name; });
  return found == energy.components.end() ? 0.0 : found->second;
}

std::string nanojoule(double pj) {
  const auto tenths = static_cast<std::uint64_t>(pj / 100 + 0.5);
  return fmt::format("{}.{}", grouped(tenths / 10), tenths % 10);
}

std::uint64_t rows_skipped(const core::ChipReport& chip) {
  return chip.counters.rows_skipped_weight + chip.counters.rows_skipped_activation;
}

void add_energy(Table& table, const core::RunReport& report) {
  const auto& sd = report.sd.energy_per_image;
  const auto& dense = report.baseline.energy_per_image;
  for (const auto& [name, pj] : sd.components) {
    std::string label = fmt::format("  {}", name);
    std::replace(label.begin(), label.end(), '_', ' ');
    table.add({label, nanojoule(pj), nanojoule(component(dense, name)),
               pj > 0 && component(dense, name) > 0 ? ratio(component(dense, name), pj) : ""});
  }
  table.add({"  total", nanojoule(sd.total_pj()), nanojoule(dense.total_pj()),
             ratio(dense.total_pj(), sd.total_pj())});
}

std::string chip_table(const core::RunReport& report) {
  const core::ChipReport &sd = report.sd, &dense = report.baseline;
  Table table({{fmt::format("per image, mean of {}", sd.images), Align::left},
               {"SmartDeal"},
               {"dense baseline"},
               {"dense / SD"}});
  const auto counted = [&](const char* name, std::uint64_t sd_total, std::uint64_t dense_total) {
    table.add({name, grouped_mean(sd_total, sd.images), grouped_mean(dense_total, dense.images),
               ratio(static_cast<double>(dense_total), static_cast<double>(sd_total))});
  };
  const auto plain = [&](const char* name, std::uint64_t sd_total, std::uint64_t dense_total) {
    table.add(
        {name, grouped_mean(sd_total, sd.images), grouped_mean(dense_total, dense.images), ""});
  };
  counted("cycles", sd.counters.cycles, dense.counters.cycles);
  table.add({"MAC utilisation", percent(sd.mac_utilisation), percent(dense.mac_utilisation), ""});
  plain("multiply-accumulates", sd.counters.macs, dense.counters.macs);
  plain("rows skipped", rows_skipped(sd), rows_skipped(dense));
  counted("DRAM bytes read", sd.dram_read_bytes, dense.dram_read_bytes);
  counted("DRAM bytes written", sd.dram_write_bytes, dense.dram_write_bytes);
  table.add({"energy, nJ (estimate)", "", "", ""});
  add_energy(table, report);
  table.add_rule();
  table.add({"images classified right", fmt::format("{} of {}", sd.correct, sd.images),
             fmt::format("{} of {}", dense.correct, dense.images), ""});
  table.add({"simulated cycles per second",
             grouped(static_cast<std::uint64_t>(sd.cycles_per_second)),
             grouped(static_cast<std::uint64_t>(dense.cycles_per_second)), ""});
  return table.text();
}

std::string notes(const core::RunReport& report) {
  std::string text;
  for (const std::string& note : report.notes) text += fmt::format("note: {}\n", note);
  if (!text.empty()) text += '\n';
  return text;
}

}  // namespace

std::string run_text(const core::RunReport& report) {
  std::string text = fmt::format("network  {} ({})\ndata     {}\ndesign   {}: {}\n\n",
                                 report.model_name, report.model_source, report.data_description,
                                 report.sd.design.name, array_of(report.sd.design));
  text += layer_table(report) + "\n" + accuracy_table(report.accuracy) + "\n" + notes(report) +
          chip_table(report) + "\n";
  text +=
      fmt::format("wall time {:.1f} s, peak memory {} MiB\nbit-exact: {}\n", report.wall_seconds,
                  report.peak_memory_bytes >> 20, report.bit_exact ? "yes" : "no");
  return text;
}

}  // namespace sd::cli
