// Every block at the parameter sets of the coverage designs and of some random ones, against Yosys'
// netlist of it, on random vectors.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "../netlist_variants.hpp"
#include "regression/plan.hpp"

namespace sd::rtl {
namespace {

TEST(SuiteNetlist, EveryBlockEqualsItsNetlistAtSeveralParameterSets) {
  std::vector<design::DesignPoint> points = regression::coverage_designs();
  const auto plan = regression::make_plan(regression::Suite::full, 1);
  for (std::size_t i = plan.designs.size() - 6; i < plan.designs.size(); ++i)
    points.push_back(plan.designs[i].design);

  // Each block that depends on the design has several texts among them.
  std::map<std::string, std::set<std::string>> texts;
  for (const design::DesignPoint& point : points)
    for (const hcl::EmittedFile& file : hcl::emit(elaborate_accelerator(point)))
      texts[file.name].insert(file.text);
  for (const char* block :
       {"command_checker.sv", "compute_unit.sv", "index_selector.sv", "job_issuer.sv",
        "drain_control.sv", "input_buffer.sv", "line_control.sv", "merge_control.sv",
        "output_stage.sv", "vector_unit.sv", "pe_slice.sv", "segment_register.sv"})
    EXPECT_GE(texts[block].size(), 4U) << block;

  const test::NetlistTotals totals = test::compare_blocks(points);
  EXPECT_GT(totals.modules, 300);
  EXPECT_LT(totals.idle * 20, static_cast<std::size_t>(totals.outputs))
      << totals.idle << " of " << totals.outputs;
}

}  // namespace
}  // namespace sd::rtl
