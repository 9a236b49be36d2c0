#include "compare_text.hpp"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <cmath>
#include <vector>

#include "table.hpp"

namespace sd::cli {

namespace {

using Align = Table::Align;

constexpr const char* losses_words =
    "points of accuracy lost against float (below 0: gained) and, in brackets, the ratio reached, "
    "where it is not the target to two digits";
constexpr const char* errors_words = "relative error of the weights, ||W - stored|| / ||W||";
constexpr const char* bound_words =
    "Gaussian bound: the least error at that many bits per weight if all weights came from one "
    "Gaussian without memory";
constexpr const char* packed_words =
    "SD packed: ratio of the data-aware SD by the bits of this project's packed form, output "
    "stages "
    "included, which is what the accelerator reads";
constexpr const char* ratio_words =
    "ratio: 32 bits per weight / bits stored; SD by the reference's count with an 8-bit basis (b8)";

/// Those who take part with one accuracy in float, in the order of the columns.
struct Entrant {
  const char* title;
  const core::ComparedMethod& (*of)(const core::CompareRow&);
};
constexpr std::array<Entrant, 5> entrants = {{
    {"SD, data-aware",
     [](const core::CompareRow& row) -> const core::ComparedMethod& { return row.data_aware; }},
    {"SD, weights only",
     [](const core::CompareRow& row) -> const core::ComparedMethod& { return row.weights_only; }},
    {"uniform",
     [](const core::CompareRow& row) -> const core::ComparedMethod& { return row.uniform; }},
    {"powers of two",
     [](const core::CompareRow& row) -> const core::ComparedMethod& { return row.powers_of_two; }},
    {"pruning, 8 bits",
     [](const core::CompareRow& row) -> const core::ComparedMethod& { return row.pruning; }},
}};

std::string times(double ratio) {
  return fmt::format("{:.2f}x", ratio);
}

std::string loss(const core::CompareReport& report, const core::CompareRow& row, double accuracy,
                 double reached) {
  // + 0.0: no minus before a zero.
  const double points = std::round(1e4 * (report.float_accuracy - accuracy)) / 100 + 0.0;
  std::string text = fmt::format("{:.2f}", points);
  if (times(reached) != times(row.target_ratio)) text += fmt::format(" ({})", times(reached));
  return text;
}

Table loss_table(const core::CompareReport& report) {
  std::vector<Table::Column> columns = {{"target"}, {"SD, data-aware, integers"}};
  for (const Entrant& entrant : entrants) columns.push_back({entrant.title});
  columns.push_back({"SD packed"});
  Table table(std::move(columns));
  for (const core::CompareRow& row : report.rows) {
    std::vector<std::string> cells = {
        times(row.target_ratio),
        loss(report, row, row.data_aware.accuracy_integer, row.data_aware.ratio)};
    for (const Entrant& entrant : entrants) {
      const core::ComparedMethod& method = entrant.of(row);
      cells.push_back(loss(report, row, method.accuracy, method.ratio));
    }
    cells.push_back(times(row.data_aware.ratio_packed));
    table.add(std::move(cells));
  }
  return table;
}

Table error_table(const core::CompareReport& report) {
  std::vector<Table::Column> columns = {{"target"}, {"Gaussian bound"}};
  for (const Entrant& entrant : entrants) columns.push_back({entrant.title});
  columns.push_back({"fit, s"});
  Table table(std::move(columns));
  for (const core::CompareRow& row : report.rows) {
    std::vector<std::string> cells = {times(row.target_ratio), percent(row.gaussian_bound)};
    for (const Entrant& entrant : entrants)
      cells.push_back(percent(entrant.of(row).relative_error));
    cells.push_back(fmt::format("{:.1f}", row.data_aware.seconds));
    table.add(std::move(cells));
  }
  return table;
}

std::string fit_words(const core::CompareReport& report) {
  return fmt::format(
      "fit: wall time of the data-aware decomposition, after {:.1f} s for curves that all ratios "
      "share",
      report.curve_seconds);
}

std::string accuracy_words(const core::CompareReport& report) {
  return fmt::format("{} in float, on {} images; calibration on {} images",
                     percent(report.float_accuracy), grouped(report.images),
                     grouped(report.calibration_images));
}

}  // namespace

std::string compare_text(const core::CompareReport& report) {
  std::string text =
      fmt::format("network      {} ({})\ndata         {}\ncalibration  {}\naccuracy     {}\n\n",
                  report.model_name, report.model_source, report.data_description,
                  report.calibration_description, accuracy_words(report));
  text += fmt::format("{}\n{}\n", losses_words, loss_table(report).text());
  text += fmt::format("{}\n{}\n", errors_words, error_table(report).text());
  text +=
      fmt::format("{}\n{}\n{}\n{}\n", ratio_words, packed_words, bound_words, fit_words(report));
  for (const std::string& note : report.notes) text += fmt::format("note: {}\n", note);
  text += fmt::format("wall time {:.1f} s, peak memory {} MiB\n", report.seconds,
                      report.peak_memory_bytes >> 20);
  return text;
}

std::string compare_markdown(const core::CompareReport& report) {
  const auto sentence = [](std::string words) {
    words[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(words[0])));
    return words + ".";
  };
  std::string text =
      fmt::format("# {}: SD against plain quantisation at equal storage\n\n", report.model_name);
  text += fmt::format("Accuracy {}.\n\n", accuracy_words(report));
  text += fmt::format("{}\n\n{}\n", sentence(losses_words), loss_table(report).markdown());
  text += fmt::format("{}\n\n{}\n", sentence(errors_words), error_table(report).markdown());
  for (const std::string& words : {std::string(ratio_words), std::string(packed_words),
                                   std::string(bound_words), fit_words(report)})
    text += fmt::format("* {}\n", sentence(words));
  for (const std::string& note : report.notes) text += fmt::format("* {}\n", sentence(note));
  text +=
      fmt::format("* Model `{}`, data `{}`, calibration `{}`.\n", report.input_hashes.at("model"),
                  report.input_hashes.at("data"), report.input_hashes.at("calibration"));
  return text;
}

}  // namespace sd::cli
