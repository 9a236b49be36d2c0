#include "eval_text.hpp"

#include <gmock/gmock.h>

namespace sd::cli {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

core::EvalReport made_report() {
  core::EvalReport report;
  report.model_name = "net";
  report.model_source = "net.sd";
  report.data_description = "images";
  report.notes = {"something to know"};
  report.images = 1200;
  report.classes = {"cat", "dog", "owl"};
  report.images_of_class = {600, 600, 0};
  report.evaluations = {{"sd_float", 900, {500, 100, 0, 200, 400, 0, 0, 0, 0}, {500, 400, 0}},
                        {"sd_integer", 890, {495, 104, 1, 204, 395, 1, 0, 0, 0}, {495, 395, 0}}};
  report.disagreements = 12;
  report.wall_seconds = 1.25;
  report.peak_memory_bytes = 50U << 20;
  return report;
}

TEST(EvalText, ShowsAccuracyClassesAndTheMatrix) {
  const std::string text = eval_text(made_report());
  EXPECT_THAT(text, ContainsRegex("accuracy on 1,200 images +right\n"));
  EXPECT_THAT(text, ContainsRegex("\nSD float .* +75.00 % +900\n"));
  EXPECT_THAT(text, ContainsRegex("\nSD integer .* +74.17 % +890\n"));
  EXPECT_THAT(text, ContainsRegex("different classes +12\n"));
  EXPECT_THAT(text, ContainsRegex("\nclass +images +sd_float +sd_integer\n"));
  // The table ends there: the third class has no images, and so no accuracy.
  EXPECT_THAT(text, ContainsRegex("\ndog +600 +66.7 % +65.8 %\n\nsd_integer: truth"));
  EXPECT_THAT(text, HasSubstr("sd_integer: truth \\ said"));
  EXPECT_THAT(text, ContainsRegex("\ncat +495 +104 +1\n"));
  EXPECT_THAT(text, HasSubstr("note: something to know\n"));
  EXPECT_THAT(text, testing::EndsWith("wall time 1.2 s, peak memory 50 MiB\n"));
}

TEST(EvalText, ListsTheCommonestConfusionsOfManyClasses) {
  core::EvalReport report = made_report();
  const std::size_t n = 20;
  report.classes.clear();
  for (std::size_t i = 0; i < n; ++i) report.classes.emplace_back("c").append(std::to_string(i));
  report.images_of_class.assign(n, 60);
  report.evaluations.resize(1);
  report.evaluations[0] = {"float", 1190, std::vector<std::uint32_t>(n * n, 0),
                           std::vector<std::uint32_t>(n, 59)};
  report.evaluations[0].confusion[3 * n + 7] = 6;
  report.evaluations[0].confusion[1 * n + 2] = 4;
  const std::string text = eval_text(report);
  EXPECT_THAT(text, ContainsRegex("commonest confusions \\(float\\) +taken for +images\n-+\n"
                                  "c3 +c7 +6\nc1 +c2 +4\n"));
}

}  // namespace
}  // namespace sd::cli
