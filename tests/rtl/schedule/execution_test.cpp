// Programs, executed command by command, against direct arithmetic.
#include <gmock/gmock.h>

#include "regression/plan.hpp"
#include "regression/random_program.hpp"
#include "rtl/schedule/command.hpp"
#include "rtl/schedule/interpreter.hpp"
#include "support/program_walk.hpp"

namespace {

using namespace sd;
using namespace sd::schedule;
using regression::ProgramContents;
using regression::random_design;
using regression::random_program;
using regression::RandomProgram;

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
    const auto design = random_design(seed / 2);
    const auto program = random_program(design, seed);
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

TEST(Execution, CountersAreThoseOfTheWalk) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const auto program = random_program(random_design(seed / 2), seed);
    auto image = program.image;
    const Activity activity = interpret(program.design, image, program.address, size_of(program));
    const auto walked = test::walk(program);
    EXPECT_EQ(image, walked.image) << "seed " << seed;
    EXPECT_EQ(activity.by_name(), walked.activity.by_name())
        << "seed " << seed << '\n'
        << design::to_toml(program.design) << disassemble(program.commands);
    if (HasFailure()) return;
  }
}

/// Larger maps, with the defaults' array.
TEST(Execution, LargerMapsAreExact) {
  regression::ProgramOptions options;
  options.layers = 6;
  options.largest_channels = 40;
  options.largest_side = 33;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    design::DesignPoint design;
    design.mac_kind = seed % 2 == 0 ? design::MacKind::parallel : design::MacKind::booth_serial;
    if (seed % 3 == 2) design = design.dense_baseline();
    (void)run(random_program(design, seed, options));
  }
}

TEST(Execution, BlocksChangeCountersButNoValues) {
  int changed = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const auto program = random_program(random_design(seed), seed);
    auto image = program.image;
    image.resize(program.address);
    for (Command command : program.commands) {
      if (auto* c = std::get_if<Compute>(&command.operation)) {
        changed += c->block_rows * c->block_words > 1;
        c->block_rows = c->block_words = 1;
      }
      for (const std::uint32_t word : encode(command))
        for (int byte = 0; byte < 4; ++byte)
          image.push_back(static_cast<std::uint8_t>(word >> (8 * byte)));
    }
    auto expected = program.expected_image();
    auto first = program.image;
    const Activity blocks = interpret(program.design, first, program.address, size_of(program)),
                   single = interpret(program.design, image, program.address, size_of(program));
    image.resize(program.address);
    expected.resize(program.address);
    EXPECT_EQ(image, expected) << "seed " << seed;
    EXPECT_EQ(blocks.macs, single.macs);
    EXPECT_EQ(blocks.outputs, single.outputs);
    EXPECT_LE(blocks.rows_executed, single.rows_executed);
    EXPECT_LE(blocks.weight_buffer_reads, single.weight_buffer_reads);
  }
  EXPECT_GT(changed, 100);
}

TEST(Execution, CountersOfASmallLayerAreAsWorkedOutByHand) {
  // One channel of 2 x 2 bytes in rows of 8, a kernel of 1 x 2 (padded on the right), one filter,
  // two MACs, blocks of two segments: each row of the map is one segment of two outputs, and three
  // that lie past the output columns.
  design::DesignPoint design;
  design.slices = 1, design.lines = 1, design.macs = 2, design.columns = 2;
  design.block_segments = 2;
  design.mac_kind = design::MacKind::booth_serial;
  std::vector<std::uint8_t> image(1024);
  image[0] = 5, image[1] = 2;  // the second row is zero
  image[64] = 1;               // the row is stored
  // Two rows of the map, one entry and its marker, a basis of 4 x 2 words of 12 bits and one row.
  Compute c;
  c.index_entries = 2;
  c.input_pitch = 4, c.tile_rows = c.total_tile_rows = 2;
  c.output_rows = c.output_columns = c.input_columns = 2, c.output_pitch = 4, c.steps = 2;
  c.stride_x = c.stride_y = c.block_rows = c.active_slices = 1, c.block_words = 2;
  c.keep_basis = c.skip_zero_rows = 1;
  c.to_output = 1, c.output_channel_words = 8;
  const std::vector<Command> program{{{}, 0, LoadInput{0, 16, 1, 0, 0, 8, 0}},
                                     {{}, 1, LoadIndex{64, 8, 0, 1, 1, 1, 0, 2, 1, 1, 2}},
                                     {{}, 2, LoadWeights{128, 16, 0, 9}},
                                     {{false, false, false, true}, 3, LoadParameters{192, 8, 0, 1}},
                                     {{true, false, false, true}, 4, c},
                                     {{true, false, false, false}, 5, Store{256, 16, 1, 0, 0, 0}},
                                     {{}, 6, End{}}};
  const auto address = static_cast<std::uint32_t>(image.size());
  for (const Command& command : program)
    for (const std::uint32_t word : encode(command))
      for (int byte = 0; byte < 4; ++byte)
        image.push_back(static_cast<std::uint8_t>(word >> (8 * byte)));
  const Activity a = interpret(design, image, address, 7);
  EXPECT_EQ(a.rows_executed, 1U);
  EXPECT_EQ(a.rows_skipped_activation, 1U);
  EXPECT_EQ(a.rows_skipped_weight, 0U);
  EXPECT_EQ(a.macs, 4U);        // two steps, two lanes
  EXPECT_EQ(a.mac_active, 6U);  // 5 = 4 + 1: two digits; 2 = 4 - 2: two digits, seen by step 1 of
                                // lane 0 and step 0 of lane 1; then padding
  EXPECT_EQ(a.outputs, 4U);
  EXPECT_EQ(a.weights_rebuilt, 2U);
  EXPECT_EQ(a.index_buffer_writes, 2U);   // marker and row
  EXPECT_EQ(a.index_buffer_reads, 4U);    // once per block with products
  EXPECT_EQ(a.weight_buffer_writes, 9U);  // basis 4 x 2, one row
  EXPECT_EQ(a.weight_buffer_reads, 9U);  // the basis once, it is the layer's only one; the row once
  EXPECT_EQ(a.input_buffer_reads, 2U);   // bytes 0 to 2: two lanes, two steps
  EXPECT_EQ(a.input_buffer_writes, 2U);
  EXPECT_EQ(a.output_buffer_writes, 8U);
  EXPECT_EQ(a.output_buffer_reads, 8U);
  EXPECT_EQ(a.dram_write_beats, 2U);
  EXPECT_EQ(a.dram_read_beats, 7U * 8 + 2 + 1 + 2 + 1);
}

}  // namespace
