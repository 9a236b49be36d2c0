#include "eval_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <vector>

#include "table.hpp"

namespace sd::cli {

namespace {

using Align = Table::Align;

constexpr std::size_t matrix_on_a_terminal = 12;
constexpr std::size_t confusions_shown = 15;

std::string words_of(const std::string& arithmetic) {
  if (arithmetic == "sd_float") return "SD float (weights rebuilt from the file)";
  if (arithmetic == "sd_integer") return "SD integer (what the accelerator computes)";
  return arithmetic;
}

std::string accuracy_table(const core::EvalReport& report) {
  Table table({{fmt::format("accuracy on {} images", grouped(report.images)), Align::left},
               {""},
               {"right"}});
  for (const core::Evaluation& evaluation : report.evaluations)
    table.add({words_of(evaluation.arithmetic), percent(report.accuracy(evaluation)),
               grouped(evaluation.right)});
  if (report.evaluations.size() > 1)
    table.add({"images that the two put in different classes", "", grouped(report.disagreements)});
  return table.text();
}

std::string class_table(const core::EvalReport& report) {
  std::vector<Table::Column> columns = {{"class", Align::left}, {"images"}};
  for (const core::Evaluation& evaluation : report.evaluations)
    columns.push_back({evaluation.arithmetic});
  Table table(std::move(columns));
  for (std::size_t c = 0; c < report.classes.size(); ++c) {
    const std::uint32_t images = report.images_of_class[c];
    if (images == 0) continue;
    std::vector<std::string> cells = {report.classes[c], grouped(images)};
    for (const core::Evaluation& evaluation : report.evaluations)
      cells.push_back(percent(static_cast<double>(evaluation.right_of_class[c]) / images, 1));
    table.add(std::move(cells));
  }
  return table.text();
}

std::string matrix_table(const core::EvalReport& report, const core::Evaluation& evaluation) {
  const std::size_t classes = report.classes.size();
  std::vector<Table::Column> columns = {
      {fmt::format("{}: truth \\ said", evaluation.arithmetic), Align::left}};
  for (std::size_t c = 0; c < classes; ++c) columns.push_back({report.classes[c].substr(0, 6)});
  Table table(std::move(columns));
  for (std::size_t row = 0; row < classes; ++row) {
    std::vector<std::string> cells = {report.classes[row]};
    for (std::size_t c = 0; c < classes; ++c)
      cells.push_back(grouped(evaluation.confusion[row * classes + c]));
    table.add(std::move(cells));
  }
  return table.text();
}

std::string confusion_list(const core::EvalReport& report, const core::Evaluation& evaluation) {
  const std::size_t classes = report.classes.size();
  std::vector<std::tuple<std::uint32_t, std::size_t, std::size_t>> wrong;
  for (std::size_t row = 0; row < classes; ++row)
    for (std::size_t c = 0; c < classes; ++c)
      if (row != c && evaluation.confusion[row * classes + c] > 0)
        wrong.emplace_back(evaluation.confusion[row * classes + c], row, c);
  std::stable_sort(wrong.begin(), wrong.end(),
                   [](const auto& a, const auto& b) { return std::get<0>(a) > std::get<0>(b); });
  if (wrong.size() > confusions_shown) wrong.resize(confusions_shown);
  Table table({{fmt::format("commonest confusions ({})", evaluation.arithmetic), Align::left},
               {"taken for", Align::left},
               {"images"}});
  for (const auto& [images, row, c] : wrong)
    table.add({report.classes[row], report.classes[c], grouped(images)});
  return table.text();
}

}  // namespace

std::string eval_text(const core::EvalReport& report) {
  const core::Evaluation& last = report.evaluations.back();
  std::string text = fmt::format("network  {} ({})\ndata     {}\n\n", report.model_name,
                                 report.model_source, report.data_description);
  text += accuracy_table(report) + "\n" + class_table(report) + "\n";
  if (!last.confusion.empty()) {
    text += report.classes.size() <= matrix_on_a_terminal ? matrix_table(report, last)
                                                          : confusion_list(report, last);
    text += "\n";
  }
  for (const std::string& note : report.notes) text += fmt::format("note: {}\n", note);
  text += fmt::format("wall time {:.1f} s, peak memory {} MiB\n", report.wall_seconds,
                      report.peak_memory_bytes >> 20);
  return text;
}

}  // namespace sd::cli
