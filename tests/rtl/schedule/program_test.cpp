#include "rtl/schedule/program.hpp"

#include <gmock/gmock.h>

#include <functional>

#include "random_layers.hpp"
#include "regression/plan.hpp"
#include "rtl/schedule/interpreter.hpp"

namespace {

using namespace sd;
using namespace sd::schedule;
using namespace sd::schedule::test;
using testing::HasSubstr;

std::string reason_for(
    const LayerShape& shape, const design::DesignPoint& design,
    const std::function<void(graph::Operator&, pack::PackedLayer&)>& change = {}) {
  Random random(1);
  auto model = random_model(random, {shape}, design);
  if (change) change(model.network.operators[1], *model.layers[1]);
  const auto program = build_program(model, design);
  if (program.off_chip.empty()) return "on chip";
  EXPECT_EQ(program.off_chip[0].operator_index, 1);
  EXPECT_TRUE(program.runs.empty());
  return program.off_chip[0].reason;
}

TEST(OffChip, ReasonsAreInWords) {
  design::DesignPoint design;
  LayerShape shape;
  EXPECT_EQ(reason_for(shape, design), "on chip");
  EXPECT_EQ(reason_for(shape, design, [](auto&, auto& layer) { layer.levels = 4; }),
            "it is decomposed with rank 4 and 4 levels, the design has rank 4 and 3 levels");
  EXPECT_EQ(reason_for(shape, design, [](auto& op, auto&) { op.window.dilation_width = 40; }),
            "it is dilated by 40; the command counts up to 31");
  EXPECT_EQ(reason_for(shape, design, [](auto& op, auto&) { op.window.dilation_height = 100; }),
            "its kernel of 3 rows dilated by 100 reaches over more than 255 rows");
  EXPECT_EQ(reason_for(shape, design, [](auto& op, auto&) { op.window.pad_left = 300; }),
            "its padding (1 above, 300 on the left) exceeds the command's fields");
  EXPECT_EQ(reason_for(shape, design, [](auto&, auto& layer) { layer.layout.columns = 4; }),
            "its weights are cut into rows of 4 columns, the design's rows have 3");
  shape.stride = 3;
  EXPECT_EQ(reason_for(shape, design), "its stride of 3 exceeds the design's max_stride of 2");
  shape = {};
  shape.kernel_width = 5;
  EXPECT_EQ(reason_for(shape, design), "its kernel is 5 wide; the design's rows have 3 columns");
  shape = {};
  shape.fully_connected = true;
  shape.width = 256;
  shape.height = 1;
  shape.channels = 2;
  shape.kernel_height = shape.kernel_width = 1;
  EXPECT_EQ(reason_for(shape, design),
            "its input is 256 columns wide; a fully connected layer reads up to 255");
}

TEST(OffChip, WhatDoesNotFitTheBuffersSaysBothSizes) {
  design::DesignPoint design;
  design.input_buffer_bytes = 512;
  LayerShape shape;
  shape.channels = 30;
  EXPECT_EQ(reason_for(shape, design),
            "the 60 input rows for one output row take 480 bytes; the input buffer has 512");
  design = {};
  design.weight_buffer_bytes = 512;
  EXPECT_THAT(reason_for(shape, design), HasSubstr(" weight words; the weight buffer has 42"));
  design = {};
  design.index_buffer_entries = 16;
  EXPECT_THAT(reason_for(shape, design), HasSubstr(" index entries; the index buffer has 16"));
  design = {};
  design.output_buffer_bytes = 256;
  shape.channels = 2;
  shape.width = 40;
  EXPECT_EQ(reason_for(shape, design),
            "one output row of 8 channels takes 320 bytes; the output buffer has 256");
}

TEST(OffChip, WhatPoolsInAWayThatTheUnitCannotIsNamed) {
  Random random(1);
  const design::DesignPoint design;
  auto model = random_model(random, {LayerShape{}}, design);
  const auto reason = [&](const std::function<void(graph::Operator&)>& change) -> std::string {
    auto changed = model;
    graph::Operator op;
    op.kind = graph::OperatorKind::max_pool;
    op.name = "pool";
    op.inputs = {1};
    op.window.kernel_height = op.window.kernel_width = 2;
    op.window.stride_height = op.window.stride_width = 2;
    op.output = {8, 4, 4};
    change(op);
    changed.network.operators.push_back(op);
    changed.network.outputs = {2};
    changed.layers.emplace_back();
    changed.elementwise.emplace_back();
    const auto program = build_program(changed, design);
    return program.off_chip.empty() ? "on chip" : program.off_chip[0].reason;
  };
  EXPECT_EQ(reason([](auto&) {}), "on chip");
  EXPECT_EQ(reason([](auto& op) { op.window.dilation_width = 2; }),
            "the accelerator runs no dilated pooling (this one is dilated by 1x2)");
  EXPECT_EQ(reason([](auto& op) { op.window.stride_width = 3; }),
            "its stride of 3 exceeds the design's max_stride of 2");
  EXPECT_EQ(reason([](auto& op) { op.output.height = 6; }),
            "some of its windows lie in the padding altogether");
  EXPECT_EQ(reason([](auto& op) {
              op.window.stride_height = op.window.stride_width = 3;
              op.output = {8, 1, 1};
            }),
            "on chip")
      << "a single output has no stride";
}

TEST(Tiling, TilesCoverTheOutputAndHoldTheInputTheyNeed) {
  Random random(2);
  int tiled = 0;
  for (int i = 0; i < 300; ++i) {
    const auto design = regression::random_design(random());
    const auto shape = random_shape(random, design);
    const auto model = random_model(random, {shape}, design);
    const auto program = build_program(model, design);
    if (program.layers.empty()) continue;
    const auto& layer = program.layers[0];
    const auto& op = model.network.operators[1];
    int next = 0;
    for (const RowTile& tile : layer.tiles) {
      EXPECT_EQ(tile.first_output_row, next);
      next += tile.output_rows;
      for (int oy = tile.first_output_row; oy < next; ++oy)
        for (int r = 0; r < op.window.kernel_height; ++r) {
          const int iy = oy * op.window.stride_height - op.window.pad_top + r;
          if (iy < 0 || iy >= shape.height || shape.fully_connected) continue;
          EXPECT_GE(iy, tile.first_input_row);
          EXPECT_LT(iy, tile.first_input_row + tile.input_rows);
        }
      EXPECT_LE(tile.output_rows, layer.tiles.front().output_rows)
          << "even tiles, the last one may be lower";
    }
    EXPECT_EQ(next, op.output.height);
    tiled += layer.tiles.size() > 1;
  }
  EXPECT_GT(tiled, 20);
}

TEST(WeightStream, IsLaidOutAsTheDocumentSays) {
  // Two slices, rank 4 of 2-bit codes (one level), two columns: parts of 8 bits, words of 16.
  design::DesignPoint design;
  design.slices = 2, design.levels = 1, design.rank = 4, design.columns = 2, design.slice_rows = 2;
  LayerShape shape;
  shape.channels = 3, shape.filters = 1, shape.kernel_height = 1, shape.kernel_width = 2,
  shape.zero_rows = 1;
  Random random(1);
  auto model = random_model(random, {shape}, design);
  auto& layer = *model.layers[1];
  ASSERT_EQ(layer.layout.rows, 3);
  ASSERT_EQ(layer.layout.slices(), 2);
  layer.coefficients = {1, 0, -1, 0, /**/ 0, 0, 0, 0, /**/ 0, 0, 0, -1};
  layer.basis = {1, 2, 3, 4, 5, 6, 7, 8, /**/ -1, -2, -3, -4, -5, -6, -7, -8};
  layer.rebuild_shift = {3};
  layer.stages = {{-2, 0x1234, 17}};
  const auto program = build_program(model, design);
  const auto& group = program.layers.at(0).groups.at(0);
  EXPECT_EQ(group.stored_rows, (std::vector<int>{0, 2}));
  EXPECT_EQ(group.index_entries, 4);
  EXPECT_EQ(group.words, 18U);
  EXPECT_EQ(group.word_bytes, 40U);
  const auto bytes = [&](std::uint32_t address, std::size_t count) {
    EXPECT_EQ(address % 64, 0U);
    return std::vector<std::uint8_t>(
        program.image.begin() + address,
        program.image.begin() + address + static_cast<std::ptrdiff_t>(count));
  };
  EXPECT_EQ(bytes(group.parameters_address, 16),
            (std::vector<std::uint8_t>{0xfe, 0xff, 0xff, 0xff, 0x34, 0x12, 17, 3, 0, 0, 0, 0, 0, 0,
                                       0, 0}));
  EXPECT_EQ(bytes(group.index_address, 8), (std::vector<std::uint8_t>{0b101, 0, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(bytes(group.words_address, 40),
            (std::vector<std::uint8_t>{1,    0, 2,    0, 3,    0, 4,    0,
                                       5,    0, 6,    0, 7,    0, 8,    0,  // basis of slice 0
                                       0x31, 0,                             // row 0
                                       0xff, 0, 0xfe, 0, 0xfd, 0, 0xfc, 0,
                                       0xfb, 0, 0xfa, 0, 0xf9, 0, 0xf8, 0,  // basis of slice 1
                                       0xc0, 0,                             // row 2
                                       0,    0, 0,    0}));
}

TEST(Program, BuildsTheSameImageEveryTime) {
  Random random(3);
  const design::DesignPoint design;
  LayerShape shape;
  shape.channels = 20, shape.filters = 30;
  const auto model = random_model(random, {shape}, design);
  EXPECT_EQ(build_program(model, design).image, build_program(model, design).image);
}

TEST(Program, RejectsADesignOutOfRange) {
  Random random(3);
  design::DesignPoint design;
  const auto model = random_model(random, {LayerShape{}}, design);
  design.macs = 3;
  EXPECT_THROW((void)build_program(model, design), design::DesignError);
}

TEST(CoefficientBit, FlippingItIsChangingTheCoefficient) {
  Random random(4);
  design::DesignPoint design;
  design.slice_rows = 7;  // several bases before the row
  LayerShape shape;
  shape.channels = 9, shape.filters = 19;
  auto model = random_model(random, {shape}, design);
  const auto program = build_program(model, design);
  int flipped = 0;
  auto& layer = *model.layers[1];
  for (int filter = 0; filter < 19; ++filter)
    for (int row = 0; row < layer.layout.rows; ++row)
      for (int j = 0; j < layer.rank; ++j) {
        auto& c = layer.coefficients[static_cast<std::size_t>(
            (filter * layer.layout.rows + row) * layer.rank + j)];
        if (c != 2 && c != -3) continue;  // magnitudes whose lowest bit may change without a zero
        const std::size_t bit = program.coefficient_bit(model, 1, filter, row, j);
        const auto before = c;
        c = before == 2 ? 3 : -2;
        auto image = program.image;
        image[bit / 8] = static_cast<std::uint8_t>(image[bit / 8] ^ 1U << (bit % 8));
        if (++flipped % 29 == 0) {
          EXPECT_EQ(image, build_program(model, design).image);
        }
        c = before;
      }
  EXPECT_GT(flipped, 290);
}

TEST(CoefficientBit, AFlippedBitShowsInItsFilterOnly) {
  Random random(5);
  const design::DesignPoint design;
  LayerShape shape;
  shape.channels = 3, shape.filters = 12, shape.zero_rows = shape.zero_filter_rows = 0;
  auto model = random_model(random, {shape}, design);
  constexpr int rows = 9, row = 4, rank = 4;
  model.layers[1]->coefficients[(10 * rows + row) * rank] = 2;
  auto program = build_program(model, design);
  const auto input = random_tensor(random, {3, 8, 8}, 0);
  write_tensor(program.image, *program.maps[0], input);
  const std::size_t bit = program.coefficient_bit(model, 1, 10, row, 0);
  program.image[bit / 8] = static_cast<std::uint8_t>(program.image[bit / 8] ^ 1U << (bit % 8));
  (void)interpret(design, program.image, program.runs[0].program_address, program.runs[0].commands);
  const auto actual = read_tensor(program.image, *program.maps[1]);
  const auto expected = expected_output(model, 1, input);
  int different = 0;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    different += actual[i] != expected[i];
    if (i / 64 != 10) {
      EXPECT_EQ(actual[i], expected[i]);
    }
  }
  EXPECT_GT(different, 5);
}

TEST(CoefficientBit, SaysWhatThereIsNot) {
  Random random(6);
  const design::DesignPoint design;
  LayerShape shape;
  shape.zero_rows = 1;
  LayerShape dense = shape;
  dense.dense = true;
  dense.kernel_width = dense.kernel_height = 3;
  const auto model = random_model(random, {shape, dense}, design);
  const auto program = build_program(model, design);
  const auto error = [&](int op, int filter, int row, int j) -> std::string {
    try {
      (void)program.coefficient_bit(model, op, filter, row, j);
    } catch (const std::out_of_range& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_EQ(error(0, 0, 0, 0), "operator 0 does not run on the accelerator");
  EXPECT_EQ(error(1, 0, 5, 0), "operator 1 does not store row 5 of filter 0");
  EXPECT_EQ(error(1, 8, 0, 0), "operator 1 has no coefficient 0 of filter 8");
  EXPECT_EQ(error(2, 0, 0, 0),
            "operator 2 has no coefficients in this image: its weights are stored as they are");
}

TEST(Tensors, RoundTripWithZeroPadding) {
  Random random(7);
  std::vector<std::uint8_t> image(400, 0xaa);
  const TensorPlacement where{16, 2, 3, 5, 8};
  const auto values = random_tensor(random, {2, 3, 5});
  write_tensor(image, where, values);
  EXPECT_EQ(read_tensor(image, where), values);
  for (std::size_t i = 0; i < image.size(); ++i) {
    const bool inside = i >= 16 && i < 16 + where.bytes();
    if (!inside) {
      EXPECT_EQ(image[i], 0xaa);
    } else if ((i - 16) % 8 >= 5) {
      EXPECT_EQ(image[i], 0);
    }
  }
}

TEST(Tensors, WrongSizesAreErrors) {
  std::vector<std::uint8_t> image(63);
  const TensorPlacement where{16, 2, 3, 5, 8};
  EXPECT_THROW(write_tensor(image, where, std::vector<std::int8_t>(29)), std::invalid_argument);
  EXPECT_THROW(write_tensor(image, where, std::vector<std::int8_t>(30)), std::out_of_range);
  EXPECT_THROW((void)read_tensor(image, where), std::out_of_range);
}

}  // namespace
