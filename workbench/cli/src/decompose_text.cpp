#include "decompose_text.hpp"

#include <fmt/format.h>

#include "table.hpp"

namespace sd::cli {

namespace {

using Align = Table::Align;

std::string bits(std::int64_t count) {
  return grouped(static_cast<std::uint64_t>(count));
}

std::string layer_table(const core::DecomposeReport& report) {
  const bool images = report.calibration_images > 0;
  Table table({{"layer", Align::left},
               {"weights"},
               {"rank"},
               {"levels"},
               {"n"},
               {"zero rows"},
               {"zeros"},
               {"error"},
               {images ? "output error" : ""},
               {"bits dense"},
               {"bits packed"},
               {"ratio"}});
  std::int64_t dense = 0, packed = 0, weights = 0;
  for (const core::DecomposeLayer& layer : report.layers) {
    const compress::LayerResult& r = layer.result;
    const bool sd = r.decomposed;
    dense += r.bits_dense;
    packed += r.bits_packed;
    weights += r.weights;
    table.add({r.name, bits(r.weights), sd ? std::to_string(r.rank) : "dense",
               sd ? std::to_string(r.levels) : "", sd ? std::to_string(r.columns) : "",
               sd ? percent(r.row_sparsity, 1) : "", sd ? percent(r.sparsity, 1) : "",
               percent(sd ? r.relative_error : layer.integer_error),
               images ? percent(r.output_error) : "", bits(r.bits_dense), bits(r.bits_packed),
               ratio(32.0 * static_cast<double>(r.weights), static_cast<double>(r.bits_packed))});
  }
  table.add_rule();
  table.add({"all", bits(weights), "", "", "", "", "", "", "", bits(dense), bits(packed),
             ratio(32.0 * static_cast<double>(weights), static_cast<double>(packed))});
  return table.text();
}

std::string totals(const core::DecomposeReport& report) {
  Table table({{"decomposed layers together", Align::left}, {""}});
  table.add({"relative error of the weights", percent(report.relative_error)});
  table.add({"compression, reference's count, 8-bit basis (b8)",
             fmt::format("{:.2f}x", report.ratio_b8)});
  table.add({"compression, reference's count, 32-bit basis (b32)",
             fmt::format("{:.2f}x", report.ratio_b32)});
  table.add({"compression, packed", fmt::format("{:.2f}x", report.ratio_packed)});
  return table.text();
}

}  // namespace

std::string decompose_text(const core::DecomposeReport& report) {
  std::string text = fmt::format("network  {} ({})\n", report.model_name, report.model_source);
  if (report.calibration_images > 0)
    text += fmt::format("images   {} of {}\n", grouped(report.calibration_images),
                        report.calibration_description);
  text += '\n';
  text += layer_table(report) + "\n" + totals(report) + "\n";
  for (const std::string& note : report.notes) text += fmt::format("note: {}\n", note);
  text += fmt::format("{}: {} bytes\nwall time {:.1f} s, peak memory {} MiB\n", report.file,
                      grouped(report.file_bytes), report.seconds, report.peak_memory_bytes >> 20);
  return text;
}

}  // namespace sd::cli
