// A program says of every operator how it comes to its result.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "regression/random_network.hpp"
#include "rtl/schedule/program.hpp"

namespace {

using namespace sd;
using namespace sd::schedule;
using testing::HasSubstr;

design::DesignPoint small_design() {
  design::DesignPoint design;
  design.slices = 2;
  design.lines = 2;
  design.macs = 4;
  return design;
}

/// What has a stride is the host's.
design::DesignPoint without_strides() {
  design::DesignPoint design = small_design();
  design.max_stride = 1;
  return design;
}

std::string reason_of(const Program& program, int index) {
  for (const OffChip& off : program.off_chip)
    if (off.operator_index == index) return off.reason;
  return {};
}

/// Every operator has one execution; who has commands is who says so; only the host's have reasons.
TEST(OperatorExecution, AgreesWithLayersRunsAndReasons) {
  std::map<Execution, int> seen;
  std::mt19937_64 random(5);
  for (int trial = 0; trial < 60; ++trial) {
    SCOPED_TRACE(trial);
    const design::DesignPoint design = without_strides();
    const auto model = regression::random_network(random, small_design());
    ScheduleOptions options;
    options.fuse_additions = trial % 3 != 0;
    options.separate_runs = trial % 4 == 0;
    const Program program = build_program(*model, design, options);
    ASSERT_EQ(program.operators.size(), model->network.operators.size());
    EXPECT_EQ(program.operators[0].execution, Execution::host) << "the image";
    std::vector<int> commands(program.layers.size());
    for (std::size_t i = 1; i < program.operators.size(); ++i) {
      const auto& [execution, layer] = program.operators[i];
      const int index = static_cast<int>(i);
      ++seen[execution];
      const bool own = execution == Execution::array || execution == Execution::vector;
      EXPECT_EQ(layer.has_value(), own || execution == Execution::fused);
      EXPECT_EQ(reason_of(program, index).empty(), execution != Execution::host);
      const std::string text = execution_text(program, *model, index);
      EXPECT_THAT(text, HasSubstr(std::string(to_string(execution))));
      if (own) {
        EXPECT_EQ(program.layers.at(*layer).operator_index, index);
        EXPECT_EQ(program.layers[*layer].execution, execution);
        EXPECT_GT(program.layers[*layer].commands, 0U);
        ++commands[*layer];
      }
      if (execution == Execution::fused) {
        EXPECT_THAT(program.layers.at(*layer).fused, testing::Contains(index));
        EXPECT_EQ(
            text,
            "fused into " +
                model->network
                    .operators[static_cast<std::size_t>(program.layers[*layer].operator_index)]
                    .name);
      }
      const bool in_a_run =
          std::any_of(program.runs.begin(), program.runs.end(), [&](const ProgramRun& run) {
            return std::count(run.operators.begin(), run.operators.end(), index) > 0;
          });
      EXPECT_EQ(in_a_run, execution != Execution::host) << text;
      if (execution == Execution::host) EXPECT_EQ(text, "host: " + reason_of(program, index));
    }
    EXPECT_THAT(commands, testing::Each(1)) << "each layer is one operator's";
  }
  for (const Execution execution : {Execution::array, Execution::vector, Execution::fused,
                                    Execution::addressing, Execution::host})
    EXPECT_GT(seen[execution], 0) << to_string(execution);
}

TEST(OperatorExecution, TheListingNamesWhatHasNoCommands) {
  std::mt19937_64 random(5);
  int told = 0;
  for (int trial = 0; trial < 20; ++trial) {
    const auto model = regression::random_network(random, small_design());
    const Program program = build_program(*model, without_strides());
    const std::string text = listing(program, *model, false);
    for (std::size_t i = 1; i < program.operators.size(); ++i) {
      if (program.operators[i].layer) continue;
      ++told;
      EXPECT_THAT(text, HasSubstr("  " + model->network.operators[i].name + ": " +
                                  execution_text(program, *model, static_cast<int>(i)) + "\n"));
    }
  }
  EXPECT_GT(told, 5);
}

}  // namespace
