#include <gmock/gmock.h>

#include <algorithm>

#include "coverage_samples.hpp"
#include "regression/workload_run.hpp"

namespace sd::regression {
namespace {

using ::testing::Contains;
using ::testing::Not;

TEST(CoverageModel, NothingIsHitAndEveryIgnoredBinHasAReason) {
  const tb::FunctionalCoverage model = functional_coverage_model();
  std::size_t bins = 0;
  for (const auto& [name, group] : model.groups())
    for (const auto& [point, states] : group.bins())
      for (const tb::BinState& bin : states) {
        EXPECT_EQ(bin.hits, 0U) << name << '.' << point << '.' << bin.name;
        bins += bin.ignored.empty() ? 1 : 0;
      }
  EXPECT_EQ(model.missing().size(), bins);
  EXPECT_GT(bins, 500U);
}

TEST(CoverageModel, CommandsCountWhereTheyBelong) {
  tb::FunctionalCoverage functional = functional_coverage_model();
  const design::DesignPoint design;
  schedule::Compute c;
  c.mode = 0, c.steps = 3, c.stride_x = 2, c.stride_y = 1, c.pad_left = 1, c.first_row = -1;
  c.index_entries = 9, c.output_rows = 4, c.output_columns = 4, c.output_pitch = 1;
  c.tile_rows = 4, c.input_columns = 8, c.active_slices = 8, c.block_rows = c.block_words = 1;
  c.to_output = c.to_input = 1, c.residual = 1, c.local_word = c.residual_word = 5;
  schedule::LoadIndex index;
  index.address = 4088, index.bytes = 16, index.rows = 9, index.r_step = 1, index.r_wrap = 3;
  index.markers = 1, index.slice_rows = 9, index.entries = 9;
  sample_commands(functional, design,
                  {{{false, false, false, true}, 0, index}, {{true, false, false, false}, 1, c}});
  const auto missing = functional.missing();
  for (const char* hit :
       {"command.opcode_x_token.LOAD_INDEX,push_next", "command.opcode_x_token.COMPUTE,pop_prev",
        "transfer.kind_x_4k.LOAD_INDEX,yes", "transfer.burst.some",
        "compute.mode_x_weights_x_mac.window,rebuilt,booth_serial", "compute.kernel.3,3",
        "compute.strides.2,1", "compute.padding.yes,yes,yes,no", "compute.active_slices.all",
        "compute.bases.one again each block", "compute.residual_x_destination.in place,both",
        "compute.columns_to_word.less", "compute.stored_rows.all",
        "compute.fence_x_behind.no,a load"})
    EXPECT_THAT(missing, Not(Contains(hit)));
  for (const char* other : {"compute.mode.dilated", "compute.fence.yes", "vector.operation.sum",
                            "transfer.chunks.2", "compute.bases.several"})
    EXPECT_THAT(missing, Contains(other));
}

TEST(CoverageModel, FaultsCountWhereTheyBelong) {
  tb::FunctionalCoverage functional = functional_coverage_model();
  FaultFacts facts;
  facts.kind = FaultKind::soft_reset;
  facts.busy = true;
  facts.under_way = Struck::vector;
  facts.recovery = Recovery::none;
  sample_fault(functional, facts);
  facts = {};
  facts.kind = FaultKind::illegal;
  facts.rule = "STORE chunks 0";
  facts.code = 6;
  sample_fault(functional, facts);
  const auto missing = functional.missing();
  for (const char* hit :
       {"fault.reset_x_during.soft,VECTOR", "fault.reset_x_while.soft,busy",
        "fault.rule.STORE chunks 0", "fault.code.6", "fault.kind_x_recovery.soft_reset,none"})
    EXPECT_THAT(missing, Not(Contains(hit)));
  EXPECT_THAT(missing, Contains("fault.reset_x_during.hard,VECTOR"));
}

}  // namespace
}  // namespace sd::regression
