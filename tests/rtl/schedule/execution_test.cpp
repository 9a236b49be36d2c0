// Programs, executed command by command, against the layers' own arithmetic.
#include <gmock/gmock.h>

#include "random_layers.hpp"
#include "rtl/schedule/command.hpp"
#include "rtl/schedule/interpreter.hpp"

namespace {

using namespace sd;
using namespace sd::schedule;
using namespace sd::schedule::test;

/// Runs layer `number` of the program in every order and expects the layer's values; returns what
/// it did.
Activity run_layer(const pack::PackedModel& model, Program& program, std::size_t number,
                   const std::vector<std::int8_t>& input) {
  const LayerSchedule& layer = program.layers[number];
  const auto index = static_cast<std::size_t>(layer.operator_index);
  write_tensor(program.image, *program.inputs[index], input);
  require_ordered(program.design, program.image, layer.program_address, layer.commands);
  const auto expected = expected_output(model, layer.operator_index, input);
  Activity first;
  for (std::uint64_t order : {0, 1, 2, 3}) {
    auto image = program.image;
    const Activity activity =
        interpret(program.design, image, layer.program_address, layer.commands, order);
    EXPECT_EQ(read_tensor(image, *program.outputs[index]), expected) << "order " << order;
    if (order == 0) first = activity;
    EXPECT_EQ(activity, first);
    if (order == 3) program.image = image;
  }
  return first;
}

/// Products of a layer whose rows are all stored, without those of kernel rows in the vertical
/// padding.
std::uint64_t products_outside_padding(const pack::PackedModel& model, const LayerSchedule& layer) {
  const auto& op = model.network.operators[1];
  const int height = model.network.operators[0].output.height;
  const bool window = layer.mode == LayerMode::window;
  const int kernel_rows = window ? op.window.kernel_height : 1;
  const int rows_per_kernel_row = model.layers[1]->layout.rows / kernel_rows;
  int kernel_rows_inside = 0;
  for (int oy = 0; oy < op.output.height; ++oy)
    for (int r = 0; r < kernel_rows; ++r) {
      const int iy = oy * op.window.stride_height - op.window.pad_top + r;
      kernel_rows_inside += !window || (iy >= 0 && iy < height);
    }
  return static_cast<std::uint64_t>(kernel_rows_inside * rows_per_kernel_row * op.output.width *
                                    op.output.channels * layer.pointwise_or_kernel_steps);
}

std::string describe(const LayerShape& s, const design::DesignPoint& d) {
  return design::to_toml(d) + "layer " + std::to_string(s.channels) + "x" +
         std::to_string(s.height) + "x" + std::to_string(s.width) + " -> " +
         std::to_string(s.filters) + ", kernel " + std::to_string(s.kernel_height) + "x" +
         std::to_string(s.kernel_width) + " stride " + std::to_string(s.stride) +
         (s.fully_connected ? " fully connected" : "") + (s.dense ? " dense" : "");
}

TEST(Execution, RandomLayersOnRandomDesignsAreExact) {
  Random random(1);
  int on_chip = 0, several_tiles = 0, pointwise = 0, fully_connected = 0, partial = 0, bypassed = 0,
      several_slices = 0;
  for (int i = 0; i < 1200; ++i) {
    const auto design = random_design(random);
    const auto shape = random_shape(random, design);
    SCOPED_TRACE(describe(shape, design));
    const auto model = random_model(random, {shape}, design);
    auto program = build_program(model, design);
    if (program.layers.empty()) {
      EXPECT_THAT(program.off_chip.at(0).reason, testing::HasSubstr("buffer has"));
      continue;
    }
    const auto activity =
        run_layer(model, program, 0, random_tensor(random, model.network.operators[0].output));
    if (HasFailure()) return;
    const auto& layer = program.layers[0];
    const auto& packed = *model.layers[1];
    const auto output = model.network.operators[1].output;
    const int segments = output.height * ((output.width + design.macs - 1) / design.macs);
    const auto groups = layer.groups.size();
    EXPECT_EQ(
        activity.rows_executed + activity.rows_skipped_activation + activity.rows_skipped_weight,
        static_cast<std::uint64_t>(packed.layout.rows * segments) * groups);
    EXPECT_EQ(activity.outputs, output.elements());
    EXPECT_EQ(activity.dram_write_beats * static_cast<std::uint64_t>(design.axi_bytes()),
              program.outputs[1]->bytes());
    EXPECT_EQ(activity.output_buffer_reads, activity.output_buffer_writes);
    if (!design.skip_weight_rows &&
        !(design.skip_activation_rows && layer.mode != LayerMode::fully_connected)) {
      EXPECT_EQ(activity.macs, products_outside_padding(model, layer));
    }
    ++on_chip;
    several_tiles += layer.tiles.size() > 1;
    pointwise += layer.mode == LayerMode::pointwise;
    fully_connected += layer.mode == LayerMode::fully_connected;
    partial += layer.groups.back().filters < design.slices;
    bypassed += design.rebuild && packed.dense;
    several_slices += packed.layout.slices() > 1;
  }
  // The sample is worth something.
  EXPECT_GT(on_chip, 600);
  for (int seen : {several_tiles, pointwise, fully_connected, partial, bypassed, several_slices})
    EXPECT_GT(seen, 50);
}

TEST(Execution, TheDefaultDesignRunsAResidualStageInOneTile) {
  Random random(2);
  design::DesignPoint design;
  LayerShape shape;
  shape.channels = 16, shape.height = shape.width = 32, shape.filters = 16;
  const auto model = random_model(random, {shape}, design);
  auto program = build_program(model, design);
  ASSERT_EQ(program.layers.size(), 1U);
  EXPECT_EQ(program.layers[0].tiles.size(), 1U);
  EXPECT_EQ(program.layers[0].groups.size(), 2U);
  (void)run_layer(model, program, 0, random_tensor(random, {16, 32, 32}));
}

TEST(Execution, TheDenseBaselineComputesTheSameFromTheSameModel) {
  Random random(3);
  const design::DesignPoint design;
  LayerShape conv, pointwise, connected;
  conv.channels = 5, conv.filters = 12, conv.stride = 2;
  pointwise.channels = 12, pointwise.height = pointwise.width = 4, pointwise.filters = 9;
  pointwise.kernel_height = pointwise.kernel_width = 1;
  pointwise.pad_top = pointwise.pad_left = pointwise.pad_bottom = pointwise.pad_right = 0;
  connected.channels = 9, connected.height = connected.width = 4, connected.filters = 10,
  connected.fully_connected = true;
  const auto model = random_model(random, {conv, pointwise, connected}, design);
  auto sparse = build_program(model, design);
  auto dense = build_program(model, design.dense_baseline());
  ASSERT_EQ(sparse.layers.size(), 3U);
  ASSERT_EQ(dense.layers.size(), 3U);
  auto values = random_tensor(random, model.network.operators[0].output);
  for (std::size_t layer = 0; layer < 3; ++layer) {
    const auto sparse_activity = run_layer(model, sparse, layer, values);
    const auto dense_activity = run_layer(model, dense, layer, values);
    EXPECT_EQ(dense_activity.rows_skipped_weight + dense_activity.weights_rebuilt, 0U);
    // The convolution has one padded row above (stride 2: none below), once per group and channel.
    EXPECT_EQ(dense_activity.rows_skipped_activation, layer == 0 ? 2U * 5 : 0U);
    EXPECT_LT(sparse_activity.macs, dense_activity.macs);
    EXPECT_EQ(read_tensor(sparse.image, *sparse.outputs[layer + 1]),
              read_tensor(dense.image, *dense.outputs[layer + 1]));
    values = read_tensor(sparse.image, *sparse.outputs[layer + 1]);
  }
}

TEST(Execution, CountersOfASmallLayerAreAsWorkedOutByHand) {
  // One channel of 2x2, a 1x2 kernel, one filter, two MACs: each row of the map is one segment of
  // two outputs (padded on the right), one job each.
  design::DesignPoint design;
  design.slices = 1, design.lines = 1, design.macs = 2, design.columns = 2;
  design.mac_kind = design::MacKind::booth_serial;
  LayerShape shape;
  shape.channels = 1, shape.height = 2, shape.width = 2, shape.filters = 1, shape.kernel_height = 1,
  shape.kernel_width = 2;
  shape.pad_top = shape.pad_left = shape.pad_bottom = 0, shape.pad_right = 1,
  shape.zero_rows = shape.zero_filter_rows = 0;
  Random random(4);
  const auto model = random_model(random, {shape}, design);
  auto program = build_program(model, design);
  const auto a = run_layer(model, program, 0, {5, 2, 0, 0});  // the second row is zero
  EXPECT_EQ(a.rows_executed, 1U);
  EXPECT_EQ(a.rows_skipped_activation, 1U);
  EXPECT_EQ(a.rows_skipped_weight, 0U);
  EXPECT_EQ(a.macs, 4U);        // two steps, two lanes
  EXPECT_EQ(a.mac_active, 6U);  // 5 = 4 + 1: two digits; 2 = 4 - 2: two digits, seen by step 1 of
                                // lane 0 and step 0 of lane 1; then padding
  EXPECT_EQ(a.outputs, 4U);
  EXPECT_EQ(a.weights_rebuilt, 2U);
  EXPECT_EQ(a.index_buffer_writes, 2U);   // marker and row
  EXPECT_EQ(a.index_buffer_reads, 4U);    // once per segment
  EXPECT_EQ(a.weight_buffer_writes, 9U);  // basis 4 x 2, one row
  EXPECT_EQ(a.weight_buffer_reads, 9U);  // the basis once, it is the layer's only one; the row once
  EXPECT_EQ(a.input_buffer_reads, 1U);
  EXPECT_EQ(a.input_buffer_writes, 2U);   // two rows of eight bytes
  EXPECT_EQ(a.output_buffer_writes, 8U);  // four segments of two bytes in a row of eight, two rows
  EXPECT_EQ(a.output_buffer_reads, 8U);
  EXPECT_EQ(a.dram_write_beats, 2U);
  // Seven commands of eight beats; map 2; index 1; 9 words of 12 bits: 2; one parameter record: 1.
  EXPECT_EQ(program.layers[0].commands, 7U);
  EXPECT_EQ(a.dram_read_beats, 7U * 8 + 2 + 1 + 2 + 1);
}

TEST(Execution, ALayerReadsWhereTheLayerBeforeItWrote) {
  Random random(5);
  const design::DesignPoint design;
  LayerShape first, second, last;
  first.channels = 3, first.filters = 6;
  second.channels = 6, second.filters = 4;
  last.channels = 4, last.filters = 3, last.fully_connected = true;
  const auto model = random_model(random, {first, second, last}, design);
  const auto program = build_program(model, design);
  ASSERT_EQ(program.layers.size(), 3U);
  EXPECT_EQ(program.inputs[2]->address, program.outputs[1]->address);
  EXPECT_NE(program.inputs[3]->address, program.outputs[2]->address)
      << "a fully connected layer takes one row";
  EXPECT_EQ(program.inputs[3]->channels, 1);
  EXPECT_EQ(program.inputs[3]->width, 4 * 8 * 8);
  EXPECT_FALSE(program.inputs[0] || program.outputs[0]);
}

}  // namespace
