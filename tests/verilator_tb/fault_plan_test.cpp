#include "verilator_tb/fault_plan.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "temporary_folder.hpp"
#include "verilator_tb/errors.hpp"
#include "verilator_tb/model_build.hpp"
#include "verilator_tb/test_designs.hpp"

namespace sd::tb {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(FaultPlan, IsReadAsItWasWritten) {
  const test::TemporaryFolder folder;
  FaultPlan plan;
  plan.faults = {{7, {"fifo", hcl::FaultKind::reset, "fifo.cpp", 12, "reset of a \"b\"", 3}}};
  plan.netlists = {
      {"fifo_width8", text_hash("module"), "module fifo_width8;\nendmodule\n", {8, 9}}};
  write_fault_plan(plan, folder.path());
  const FaultPlan read = read_fault_plan(folder.path());
  ASSERT_EQ(read.faults.size(), 1U);
  EXPECT_EQ(read.faults[0].number, 7);
  EXPECT_EQ(read.faults[0].fault, plan.faults[0].fault);
  ASSERT_EQ(read.netlists.size(), 1U);
  EXPECT_EQ(read.netlists[0].module, "fifo_width8");
  EXPECT_EQ(read.netlists[0].original_sha256, text_hash("module"));
  EXPECT_EQ(read.netlists[0].text, plan.netlists[0].text);
  EXPECT_EQ(read.netlists[0].numbers, (std::vector<int>{8, 9}));
}

TEST(FaultPlan, AnythingElseIsNoPlan) {
  const test::TemporaryFolder folder;
  for (const char* text : {"", "{}", R"({"schema": "another"})"}) {
    std::ofstream(folder.path() / "plan.json") << text;
    try {
      (void)read_fault_plan(folder.path());
      FAIL() << text;
    } catch (const ToolError& error) {
      EXPECT_THAT(error.what(), HasSubstr("plan.json is no plan of planted faults"));
      EXPECT_THAT(error.what(), HasSubstr("unset SMARTDEAL_MUTANTS"));
    }
  }
  EXPECT_THROW((void)read_fault_plan(folder.path() / "missing"), ToolError);
}

TEST(FaultPlan, TheSelectStandsBeforeTheEnd) {
  const std::string module = "module a;\nendmodule\n";
  EXPECT_THAT(with_select(module, FaultSelect::constant(5)),
              HasSubstr("module a;\n  assign fault_select = 16'd5;\nendmodule\n"));
  EXPECT_THAT(with_select(module, FaultSelect::environment()), HasSubstr("SMARTDEAL_MUTANT"));
  EXPECT_THROW((void)with_select("module a;", FaultSelect::constant(5)), ToolError);
}

TEST(FaultPlan, WhatAUserGeneratesHoldsNone) {
  const test::TemporaryFolder folder;
  const fs::path clean = folder.path() / "clean", planted = folder.path() / "planted";
  (void)generate(test::parallel_design(), clean);
  const test::ScopedEnvironment nonsense("SMARTDEAL_MUTANTS", folder.path() / "no plan");
  (void)generate(test::parallel_design(), planted);
  for (const auto& entry : fs::directory_iterator(clean))
    EXPECT_EQ(text_of(entry.path()), text_of(planted / entry.path().filename()));
}

}  // namespace
}  // namespace sd::tb
