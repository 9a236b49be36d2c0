// Planted faults: what can be planted, that the text with all of them in it is clean for both
// tools, and that nothing of it stays in the design.
#include "rtl/hcl/faults.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "rtl/hcl/hcl.hpp"
#include "samples.hpp"

namespace hcl {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

Design small_design() {
  return elaborate(ModuleName("small_one"), [](TopModule& m) {
    auto a = m.input<UInt>("a", 4);
    auto go = m.input<Bool>("go");
    auto y = m.output<UInt>("y", 4);
    auto count = m.reg<UInt>("count", Reset{3}, 4);
    m.when(go & (a < 7), [&] { count <<= wrap(count + 1); });
    m.assert_("count_is_small", count <= 14);
    y <<= count;
  });
}

std::vector<std::string> changes_of(const Design& design) {
  std::vector<std::string> changes;
  for (const ModuleFaults& module : possible_faults(design))
    for (const Fault& fault : module.faults)
      changes.push_back(std::string(fault_kind_name(fault.kind)) + ": " + fault.change);
  return changes;
}

/// Number n for the n-th possible fault.
std::vector<PlantedFault> all_faults(const Design& design) {
  std::vector<PlantedFault> planted;
  std::vector<Fault> seen;
  for (const ModuleFaults& module : possible_faults(design))
    for (const Fault& fault : module.faults)
      if (std::find(seen.begin(), seen.end(), fault) == seen.end()) {
        seen.push_back(fault);
        planted.push_back({static_cast<int>(seen.size()), fault});
      }
  return planted;
}

TEST(Faults, EveryKindOfASmallModuleIsFound) {
  EXPECT_THAT(changes_of(small_design()),
              ::testing::UnorderedElementsAre(
                  "reset: reset of count to 3 becomes 2", "condition: a condition is dropped",
                  "condition: a condition never holds", "operation: & becomes |",
                  "condition: the first operand of & is dropped",
                  "condition: the second operand of & is dropped", "comparison: < becomes <=",
                  "off_by_one: 7 becomes 8 in 4 bits", "off_by_one: 7 becomes 6 in 4 bits",
                  "operation: + becomes -", "off_by_one: 1 becomes 0 in 1 bits"));
}

TEST(Faults, WhatOnlyPropertiesReadIsLeftAlone) {
  EXPECT_THAT(changes_of(small_design()), Not(Contains(HasSubstr("14"))));
}

TEST(Faults, AFaultStandsBehindItsNumber) {
  const Design design = small_design();
  for (const PlantedFault& planted : all_faults(design)) {
    const auto files = emit_with_faults(design, {{77, planted.fault}});
    ASSERT_EQ(files.size(), 1U);
    EXPECT_EQ(files[0].numbers, std::vector<int>{77});
    EXPECT_THAT(files[0].file.text, HasSubstr("logic [15:0] fault_select;"));
    EXPECT_THAT(files[0].file.text, HasSubstr("fault_select == 16'd77"));
  }
}

TEST(Faults, NothingOfThemStaysInTheDesign) {
  const Design design = small_design();
  const auto before = emit(design);
  const auto faulty = emit_with_faults(design, all_faults(design));
  EXPECT_NE(faulty[0].file.text, before[0].text);
  const auto after = emit(design);
  ASSERT_EQ(after.size(), before.size());
  for (std::size_t i = 0; i < after.size(); ++i) EXPECT_EQ(after[i].text, before[i].text);
}

TEST(Faults, AModuleWithoutOneIsWrittenAsEver) {
  const Design design = small_design();
  Fault elsewhere = all_faults(design)[0].fault;
  elsewhere.generator = "another";
  const auto files = emit_with_faults(design, {{1, elsewhere}});
  EXPECT_TRUE(files[0].numbers.empty());
  EXPECT_EQ(files[0].file.text, emit(design)[0].text);
}

TEST(Faults, ANumberHasToFitTheSelect) {
  const Design design = small_design();
  const Fault fault = all_faults(design)[0].fault;
  EXPECT_THROW((void)emit_with_faults(design, {{0, fault}}), std::invalid_argument);
  EXPECT_THROW((void)emit_with_faults(design, {{65536, fault}}), std::invalid_argument);
}

TEST(Faults, TheParametersOfAModuleDoNotMatter) {
  const auto of_depth = [](int depth) {
    std::vector<Fault> faults;
    for (const ModuleFaults& module : possible_faults(elaborate<test::Queue>(8, depth)))
      faults.insert(faults.end(), module.faults.begin(), module.faults.end());
    return faults;
  };
  const std::vector<Fault> four = of_depth(4), sixteen = of_depth(16);
  // Literals are the depth's, everything else is the same fault.
  const auto logic = [](std::vector<Fault> faults) {
    std::erase_if(faults, [](const Fault& f) {
      return f.kind == FaultKind::off_by_one || f.kind == FaultKind::reset;
    });
    return faults;
  };
  EXPECT_FALSE(logic(four).empty());
  EXPECT_EQ(logic(four), logic(sixteen));
}

}  // namespace
}  // namespace hcl
