// Faults as they are planned, without hardware.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstring>
#include <map>

#include "illegal_commands.hpp"
#include "planned_fault.hpp"
#include "program_workload.hpp"
#include "random_memory.hpp"
#include "rtl/schedule/interpreter.hpp"

namespace sd::regression {
namespace {

using ::testing::AnyOf;
using ::testing::StartsWith;

/// What the interpreter says of the program with command `number` replaced.
std::string fault_of(const RandomProgram& program, std::size_t number,
                     const schedule::CommandWords& words) {
  auto image = program.image;
  std::memcpy(image.data() + program.address + number * schedule::command_bytes, words.data(),
              schedule::command_bytes);
  try {
    (void)schedule::interpret(program.design, image, program.address,
                              static_cast<std::uint32_t>(program.commands.size()));
  } catch (const schedule::ProgramFault& fault) {
    return fault.what();
  } catch (const schedule::CommandError& error) {
    return error.what();
  }
  return "no fault";
}

/// What the hardware is expected to refuse, the document's interpreter refuses too, and at the same
/// command.
TEST(IllegalCommands, TheInterpreterRefusesWhateverBreaksARule) {
  std::map<std::string, int> broken;
  Dice dice(1);
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const auto program = random_program(random_design(seed / 2), seed);
    for (const std::string& rule : illegal_rules()) {
      if (broken[rule] == 3) continue;
      for (std::size_t i = 0; i < program.commands.size(); ++i) {
        const auto illegal = break_rule(rule, program.commands[i], program.design, dice);
        if (!illegal) continue;
        ++broken[rule];
        EXPECT_NE(illegal->words, schedule::encode(program.commands[i])) << rule;
        EXPECT_EQ(illegal->code, rule.ends_with(" opcode") ? 1 : 6);
        // Flags of tokens that no unit is there for are the hardware's to see.
        if (!rule.ends_with(" token flag")) {
          EXPECT_THAT(fault_of(program, i, illegal->words),
                      AnyOf(StartsWith(fmt::format("command {} (", i)),
                            StartsWith(fmt::format(
                                "the command at {:#x}: ",
                                program.address + i * std::size_t{schedule::command_bytes}))))
              << rule;
        }
        break;
      }
    }
  }
  for (const std::string& rule : illegal_rules()) EXPECT_GT(broken[rule], 0) << rule;
}

TEST(IllegalCommands, OnlyTheCommandsOfARuleBreakIt) {
  Dice dice(2);
  const schedule::Command end{{}, 7, schedule::End{}};
  const design::DesignPoint design;
  EXPECT_FALSE(break_rule("STORE chunks 0", end, design, dice));
  EXPECT_FALSE(break_rule("STORE token flag", end, design, dice));
  const auto illegal = break_rule("END token flag", end, design, dice);
  ASSERT_TRUE(illegal);
  EXPECT_NE(illegal->words[0] & 0xf00U, 0U);
  EXPECT_EQ(illegal->words[0] >> 16, 7U) << "the id stays";
}

TEST(PlannedFaults, EveryKindFindsItsPlaceAndIsTheSameAgain) {
  const auto design = coverage_designs().front();
  for (int i = 0; i < fault_kinds; ++i) {
    const auto kind = static_cast<FaultKind>(i);
    int found = 0;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      const auto plan = [&] {
        Dice dice(seed);
        const RandomProgram program = some_program(dice, design);
        return plan_fault(kind, program, random_memory(dice), dice);
      };
      const auto fault = plan(), again = plan();
      ASSERT_EQ(fault.has_value(), again.has_value());
      if (!fault) continue;
      ++found;
      EXPECT_EQ(fault->what, again->what);
      EXPECT_EQ(fault->program.image, again->program.image);
      EXPECT_FALSE(fault->what.empty());
    }
    EXPECT_GE(found, 5) << name_of(kind);
  }
}

}  // namespace
}  // namespace sd::regression
