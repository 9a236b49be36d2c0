#include "inspect_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "table.hpp"

namespace sd::cli {

namespace {

using Align = Table::Align;

std::string bits(std::int64_t count) {
  return grouped(static_cast<std::uint64_t>(count));
}

std::string head(const core::InspectReport& report) {
  const pack::Provenance& from = report.provenance;
  Table table({{report.model_name, Align::left}, {"", Align::left}});
  table.add({"file", fmt::format("{}, {} bytes, format {}", report.model_source,
                                 grouped(static_cast<std::uint64_t>(report.file_bytes)),
                                 report.format_version)});
  table.add({"hash", report.model_hash});
  if (!from.source_name.empty()) table.add({"made from", from.source_name});
  if (!from.source_sha256.empty()) table.add({"", "sha256:" + from.source_sha256});
  if (!from.tool.empty())
    table.add({"made by", fmt::format("{} {}", from.tool, from.product_version)});
  if (!from.settings.empty()) table.add({"settings", from.settings});
  if (!report.classes.empty())
    table.add({"classes", fmt::format("{}", fmt::join(report.classes, ", "))});
  return table.text();
}

std::string structure(const core::InspectReport& report) {
  Table table({{"operator", Align::left},
               {"kind", Align::left},
               {"inputs", Align::left},
               {"output"},
               {"MACs"},
               {"scale"}});
  for (const core::InspectOperator& op : report.operators)
    table.add({op.name, op.kind, fmt::format("{}", fmt::join(op.inputs, ", ")),
               fmt::format("{} x {} x {}", op.output.channels, op.output.height, op.output.width),
               op.macs > 0 ? grouped(static_cast<std::uint64_t>(op.macs)) : "",
               fmt::format("{:.4g}", op.activation_scale)});
  return table.text();
}

std::string layer_table(const core::InspectReport& report) {
  Table table({{"layer", Align::left},
               {"weights"},
               {"rank"},
               {"levels"},
               {"n"},
               {"rows"},
               {"bases"},
               {"zero rows"},
               {"zeros"},
               {"error"},
               {"weight scales"},
               {"bits dense"},
               {"bits packed"},
               {"ratio"}});
  const auto share = [](std::int64_t part, std::int64_t whole) {
    return whole > 0 ? percent(static_cast<double>(part) / static_cast<double>(whole), 1) : "";
  };
  for (const core::InspectLayer& layer : report.layers) {
    const std::string shape = fmt::format("{} x {} x {} x {}", layer.filters, layer.channels,
                                          layer.kernel_height, layer.kernel_width);
    const auto only_sd = [&](int value) {
      return layer.decomposed ? std::to_string(value) : std::string();
    };
    const int groups = layer.decomposed
                           ? (layer.filters + layer.filters_per_basis - 1) / layer.filters_per_basis
                           : 0;
    table.add(
        {layer.name, shape, layer.decomposed ? std::to_string(layer.rank) : "dense",
         only_sd(layer.levels), std::to_string(layer.columns), std::to_string(layer.rows),
         only_sd(groups * layer.slices), share(layer.zero_rows, layer.all_rows),
         share(layer.zero_values, layer.all_values), percent(layer.relative_error),
         fmt::format("{:.2g}..{:.2g}", layer.weight_scale_least, layer.weight_scale_most),
         bits(layer.bits_dense), bits(layer.bits_packed),
         ratio(static_cast<double>(layer.bits_float), static_cast<double>(layer.bits_packed))});
  }
  table.add_rule();
  table.add(
      {"all", "", "", "", "", "", "", "", "", "", "", bits(report.bits_dense),
       bits(report.bits_packed),
       ratio(static_cast<double>(report.bits_float), static_cast<double>(report.bits_packed))});
  return table.text() + "ratio: 32-bit weights / packed\n";
}

std::string histogram(const core::InspectReport& report) {
  if (report.exponents.empty()) return {};
  std::uint64_t most = report.zero_coefficients, all = report.zero_coefficients;
  for (const std::uint64_t count : report.exponents) {
    most = std::max(most, count);
    all += count;
  }
  if (all == 0) return {};
  Table table({{"coefficients", Align::left}, {""}, {""}, {"", Align::left}});
  const auto add = [&](const std::string& value, std::uint64_t count) {
    constexpr double width = 40;
    const auto bar = static_cast<std::size_t>(
        width * static_cast<double>(count) / static_cast<double>(most) + 0.5);
    table.add({value, grouped(count),
               percent(static_cast<double>(count) / static_cast<double>(all), 1),
               std::string(bar, '#')});
  };
  add("0", report.zero_coefficients);
  for (std::size_t e = 0; e < report.exponents.size(); ++e)
    add(e == 0 ? std::string("+-1") : fmt::format("+-2^-{}", e), report.exponents[e]);
  return table.text() + "\n";
}

std::string storage_table(const core::InspectReport& report) {
  const pack::StorageReport& storage = report.storage;
  Table table({{"storage", Align::left}, {"bits"}, {""}});
  const auto add = [&](const char* name, std::int64_t part) {
    table.add({name, bits(part),
               percent(static_cast<double>(part) / static_cast<double>(storage.bits_file()), 1)});
  };
  add("coefficients of rows that are not zero", storage.coefficients);
  add("row index", storage.row_index);
  add("bases", storage.bases);
  add("rebuild shifts", storage.rebuild_shifts);
  add("dense weights", storage.dense_weights);
  add("biases", storage.biases);
  add("multipliers and shifts", storage.stages);
  table.add_rule();
  add("packed, what the hardware needs", storage.bits_packed());
  add("scales, for the file only", storage.file_scales);
  add("header: graph, names, provenance", storage.bits_file_overhead);
  return table.text();
}

}  // namespace

std::string inspect_text(const core::InspectReport& report) {
  std::string text = head(report) + "\n" + structure(report) + "\n" + layer_table(report) + "\n" +
                     histogram(report) + storage_table(report);
  if (!report.notes.empty()) text += "\n";
  for (const std::string& note : report.notes) text += fmt::format("note: {}\n", note);
  if (!report.tensors.empty())
    text += fmt::format("\n{} tensors written; tensors.json says what they are\n",
                        report.tensors.size());
  return text;
}

}  // namespace sd::cli
