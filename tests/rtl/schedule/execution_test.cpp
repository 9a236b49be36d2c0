// Programs, executed command by command, against direct arithmetic.
#include <gmock/gmock.h>

#include "rtl/schedule/command.hpp"
#include "rtl/schedule/interpreter.hpp"
#include "support/program_random.hpp"

namespace {

using namespace sd;
using namespace sd::schedule;
using test::ProgramContents;
using test::RandomProgram;

std::uint32_t size_of(const RandomProgram& program) {
  return static_cast<std::uint32_t>(program.commands.size());
}

/// Runs the program in several orders, expects the reference's bytes in all of DRAM, and the same
/// counters for every order.
Activity run(const RandomProgram& program) {
  const auto expected = program.expected_image();
  require_ordered(program.design, program.image, program.address, size_of(program));
  Activity first;
  for (const std::uint64_t order : {0, 1, 2}) {
    auto image = program.image;
    const Activity activity =
        interpret(program.design, image, program.address, size_of(program), order);
    if (order == 0) first = activity;
    EXPECT_EQ(activity, first) << "order " << order;
    if (image == expected) continue;
    for (const auto& region : program.expected)
      EXPECT_TRUE(
          std::equal(region.bytes.begin(), region.bytes.end(), image.begin() + region.address))
          << region.what << " at " << region.address << ", order " << order;
    ADD_FAILURE() << "the image differs, order " << order;
  }
  return first;
}

TEST(Execution, RandomProgramsOnRandomDesignsAreExact) {
  ProgramContents contents;
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    const auto design = test::random_design(seed / 2);
    const auto program = test::random_program(design, seed);
    SCOPED_TRACE(testing::Message() << "seed " << seed << '\n'
                                    << design::to_toml(design) << disassemble(program.commands));
    try {
      (void)run(program);
    } catch (const ProgramFault& fault) {
      ADD_FAILURE() << fault.what();
    }
    if (HasFailure()) return;
    contents += program.contents;
  }
  // The sample is worth something.
  EXPECT_GT(contents.computes + contents.vectors, 8000);
  for (const int seen : {contents.windows,    contents.pointwise,         contents.fully_connected,
                         contents.dilated,    contents.bypassed,          contents.several_slices,
                         contents.kept_bases, contents.several_groups,    contents.several_tiles,
                         contents.grouped,    contents.blocks_of_rows,    contents.residuals,
                         contents.in_place,   contents.both_destinations, contents.local_only,
                         contents.skipping,   contents.strided,           contents.maxima,
                         contents.sums,       contents.two_operands,      contents.across,
                         contents.zeros,      contents.store_to_load,     contents.without_fence})
    EXPECT_GT(seen, 50);
  EXPECT_GT(contents.no_rows, 5);
}

}  // namespace
