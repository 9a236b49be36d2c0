// Every design point of the full regression: no word from Verilator's lint, none from Yosys'
// checks.
//
// SD_SEED chooses another seed than 1, SD_DESIGNS the first few designs only.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "regression/plan.hpp"
#include "rtl/accelerator/accelerator.hpp"
#include "support/netlist_compare.hpp"

namespace sd::rtl {
namespace {

unsigned long number(const char* variable, unsigned long otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::stoul(text);
}

TEST(SuiteLint, EveryDesignPointOfTheFullSuiteIsClean) {
  const auto plan = regression::make_plan(regression::Suite::full, number("SD_SEED", 1));
  ASSERT_GE(plan.designs.size(), 60U);
  const unsigned long most = number("SD_DESIGNS", plan.designs.size());
  for (unsigned long i = 0; i < plan.designs.size() && i < most; ++i) {
    const design::DesignPoint& point = plan.designs[i].design;
    EXPECT_EQ(test::lint(elaborate_accelerator(point)), "") << design::to_toml(point);
  }
}

}  // namespace
}  // namespace sd::rtl
