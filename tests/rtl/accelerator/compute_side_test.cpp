// The compute side as a whole against a direct computation of the tile: every output byte and every
// counter that time does not change.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>

#include "rtl/accelerator/compute_driver.hpp"

namespace sd::test {
namespace {

using design::DesignPoint;
using design::MacKind;

DesignPoint small(MacKind kind) {
  DesignPoint point;
  point.slices = 2;
  point.lines = 2;
  point.macs = 4;
  point.mac_kind = kind;
  point.input_buffer_bytes = 4096;
  point.weight_buffer_bytes = 1024;
  point.index_buffer_entries = 128;
  point.output_buffer_bytes = 1024;
  return point;
}

/// Rank below n, five columns, stride 3, three of everything that need not be a power of two.
DesignPoint wide_rows() {
  DesignPoint point = small(MacKind::parallel);
  point.slices = point.lines = point.rank = point.max_stride = 3;
  point.levels = 7;
  point.columns = 5;
  point.max_kernel_rows = 5;
  point.input_buffer_bytes = 96 * 64;
  point.weight_buffer_bytes = 3003;
  return point;
}

/// More slices than a basis has words: fetching their shifts takes longer than loading it.
DesignPoint many_slices() {
  DesignPoint point = small(MacKind::booth_serial);
  point.slices = 20;
  point.lines = 1;
  point.macs = 2;
  point.weight_buffer_bytes = 16384;
  point.output_buffer_bytes = 4096;
  return point;
}

/// One model of each design for all tests of this program: a model costs seconds to build.
ComputeDriver& driver(const std::string& name) {
  static std::map<std::string, std::unique_ptr<ComputeDriver>> drivers;
  auto& found = drivers[name];
  if (!found) {
    const DesignPoint point = name == "booth"         ? small(MacKind::booth_serial)
                              : name == "dense"       ? small(MacKind::parallel).dense_baseline()
                              : name == "many_slices" ? many_slices()
                                                      : wide_rows();
    design::validate(point);
    found = std::make_unique<ComputeDriver>(point);
  }
  return *found;
}

void check(ComputeDriver& chip, const TileShape& shape, int offset) {
  const Tile tile = make_tile(chip.point(), shape, offset);
  ASSERT_LE(tile.weight_words.size() + static_cast<std::size_t>(offset),
            static_cast<std::size_t>(chip.point().weight_words()))
      << "the test's tile is too large";
  chip.load(tile);
  ASSERT_TRUE(chip.run(tile)) << "no done";
  const auto output = chip.read_output(tile);
  ASSERT_EQ(output.size(), tile.output.size());
  for (std::size_t m = 0; m < output.size(); ++m)
    for (std::size_t i = 0; i < output[m].size(); ++i)
      ASSERT_EQ(output[m][i], tile.output[m][i])
          << "channel " << m << ", byte " << i << " of a pitch of "
          << tile.output_pitch * chip.point().macs;
  for (const auto& [name, value] : tile.counters)
    EXPECT_EQ(chip.counters().at(name), value) << name;
}

struct Case {
  std::string name;
  std::function<void(TileShape&)> change;
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << c.name;
}

class ComputeSide : public testing::TestWithParam<std::tuple<std::string, Case>> {};

TEST_P(ComputeSide, EqualsTheDefinition) {
  const auto& [design, chosen] = GetParam();
  ComputeDriver& chip = driver(design);
  for (int seed = 1; seed <= 4; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    TileShape shape;
    shape.seed = seed;
    chosen.change(shape);
    check(chip, shape, seed == 1 ? 0 : 3);
    if (HasFatalFailure()) return;
  }
}

const std::vector<Case> cases = {
    {"window", [](TileShape&) {}},
    {"window_all_stored_no_zeros", [](TileShape& s) { s.stored = 1, s.zero_rows = 0; }},
    {"window_nothing_stored", [](TileShape& s) { s.stored = 0; }},
    {"window_all_zero", [](TileShape& s) { s.zero_rows = 1; }},
    {"window_no_skip", [](TileShape& s) { s.skip = false; }},
    {"window_stride_2",
     [](TileShape& s) {
       s.stride = 2, s.tile_rows = 9, s.input_columns = 13, s.output_rows = 4, s.output_columns = 7;
     }},
    {"window_narrow_kernel",
     [](TileShape& s) { s.steps = 2, s.kernel_rows = 2, s.pad_left = 0, s.first_row = 0; }},
    {"window_one_step", [](TileShape& s) { s.steps = 1, s.pad_left = 0; }},
    {"window_no_padding",
     [](TileShape& s) { s.pad_left = 0, s.first_row = 0, s.output_columns = 5; }},
    {"window_pitch_past_width",
     [](TileShape& s) { s.output_columns = 3, s.input_columns = 3, s.output_pitch_words = 2; }},
    {"window_inner_tile", [](TileShape& s) { s.first_row = 1, s.tile_rows = 6; }},
    {"window_several_slices", [](TileShape& s) { s.channels = 8, s.matrix_slice_rows = 5; }},
    {"window_slice_without_rows",
     [](TileShape& s) { s.channels = 8, s.matrix_slice_rows = 1, s.stored = 0.4; }},
    {"window_relu", [](TileShape& s) { s.relu = true; }},
    {"window_bypass", [](TileShape& s) { s.bypass = true; }},
    {"window_bypass_narrow", [](TileShape& s) { s.bypass = true, s.steps = 2, s.pad_left = 0; }},
    {"window_partial_group", [](TileShape& s) { s.active_slices = 1; }},
    {"window_long_row", [](TileShape& s) { s.input_columns = s.output_columns = 30; }},
    {"pointwise",
     [](TileShape& s) {
       s.mode = Mode::pointwise, s.channels = 10, s.pad_left = s.first_row = 0, s.zero_rows = 0.6;
     }},
    {"pointwise_stride_2",
     [](TileShape& s) {
       s.mode = Mode::pointwise, s.channels = 7, s.pad_left = s.first_row = 0, s.stride = 2,
       s.output_columns = 4;
     }},
    {"pointwise_no_skip",
     [](TileShape& s) {
       s.mode = Mode::pointwise, s.channels = 11, s.pad_left = s.first_row = 0, s.skip = false;
     }},
    {"pointwise_bypass",
     [](TileShape& s) {
       s.mode = Mode::pointwise, s.channels = 7, s.pad_left = s.first_row = 0, s.bypass = true;
     }},
    {"pointwise_several_slices",
     [](TileShape& s) {
       s.mode = Mode::pointwise, s.channels = 32, s.tile_rows = 2, s.output_rows = 2,
       s.pad_left = s.first_row = 0, s.matrix_slice_rows = 4;
     }},
    {"fully_connected", [](TileShape& s) { s.mode = Mode::fully_connected, s.input_columns = 64; }},
    {"fully_connected_bypass",
     [](TileShape& s) {
       s.mode = Mode::fully_connected, s.input_columns = 50, s.bypass = true, s.zero_rows = 0;
     }},
    {"fully_connected_several_slices",
     [](TileShape& s) {
       s.mode = Mode::fully_connected, s.input_columns = 61, s.matrix_slice_rows = 7,
       s.zero_rows = 0;
     }},
};

INSTANTIATE_TEST_SUITE_P(Tiles, ComputeSide,
                         testing::Combine(testing::Values("booth", "dense", "wide_rows",
                                                          "many_slices"),
                                          testing::ValuesIn(cases)),
                         [](const auto& chosen) {
                           return std::get<0>(chosen.param) + "_" + std::get<1>(chosen.param).name;
                         });

TEST(ComputeSideRandom, AnyShapeEqualsTheDefinition) {
  std::mt19937_64 random(2024);
  const auto uniform = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  for (int trial = 0; trial < 80; ++trial) {
    SCOPED_TRACE("trial " + std::to_string(trial));
    ComputeDriver& chip = driver(std::array{"booth", "dense", "wide_rows",
                                            "many_slices"}[static_cast<std::size_t>(trial % 4)]);
    TileShape s;
    s.mode = static_cast<Mode>(uniform(0, 2));
    s.channels = uniform(1, 6);
    s.tile_rows = uniform(1, 6);
    s.input_columns = uniform(1, 14);
    s.kernel_rows = uniform(1, chip.point().max_kernel_rows);
    s.steps = uniform(1, chip.point().columns);
    s.stride = uniform(1, chip.point().max_stride);
    s.pad_left = s.mode == Mode::window ? uniform(0, s.steps - 1) : 0;
    s.first_row = uniform(-2, 2);
    s.output_rows = uniform(1, 4);
    s.output_columns = uniform(1, 14);
    s.output_pitch_words =
        (s.output_columns + chip.point().macs - 1) / chip.point().macs + uniform(0, 1);
    s.matrix_slice_rows = uniform(0, 1) * uniform(1, 9);
    s.active_slices = uniform(1, chip.point().slices);
    s.relu = uniform(0, 1) == 1;
    s.bypass = uniform(0, 3) == 0;
    s.skip = uniform(0, 3) != 0;
    s.stored = uniform(0, 10) / 10.0;
    s.zero_rows = uniform(0, 10) / 10.0;
    s.seed = trial;
    check(chip, s, uniform(0, 3));
    if (HasFatalFailure()) return;
  }
}

// The pipeline's whole length: selector, queue, issue, load, product, merge, drain, output stage.
TEST(ComputeSideThroughput, LatencyOfOneJob) {
  for (const char* name : {"dense", "booth"}) {
    ComputeDriver& chip = driver(name);
    TileShape s;
    s.channels = s.kernel_rows = s.steps = s.tile_rows = s.input_columns = s.output_rows =
        s.output_columns = 1;
    s.pad_left = s.first_row = 0;
    s.stored = 1;
    s.zero_rows = 0;
    s.seed = 2;  // an activation that is not zero
    const Tile tile = make_tile(chip.point(), s);
    chip.load(tile);
    ASSERT_TRUE(chip.run(tile));
    ASSERT_EQ(chip.counters().at("rows_executed"), 1U);
    // The step takes a cycle, or as many as its one activation has digits.
    const std::uint64_t step = std::max<std::uint64_t>(
        1, tile.counters.at("mac_active") / static_cast<std::uint64_t>(tile.active_slices));
    const int basis = chip.point().rebuild ? chip.point().rank * chip.point().columns : 0;
    EXPECT_EQ(chip.counters().at("compute_busy_cycles"),
              static_cast<std::uint64_t>(12 + tile.active_slices + basis) + step)
        << name;
  }
}

// A long list of dense rows: two lines of parallel MACs can be kept busy by one job a cycle and
// rebuilding behind the MACs.
TEST(ComputeSideThroughput, RebuildHidesBehindTheMacs) {
  ComputeDriver& chip = driver("wide_rows");
  TileShape s;
  s.steps = 5;
  s.pad_left = 2;
  s.channels = 24;
  s.kernel_rows = 3;
  s.tile_rows = 4;
  s.first_row = 0;
  s.output_rows = 2;
  s.input_columns = s.output_columns = 8;
  s.stored = 1;
  s.zero_rows = 0;
  const Tile tile = make_tile(chip.point(), s);
  chip.load(tile);
  ASSERT_TRUE(chip.run(tile));
  const auto& count = chip.counters();
  const double utilisation =
      static_cast<double>(count.at("mac_active")) /
      (static_cast<double>(count.at("compute_busy_cycles")) * chip.point().total_macs());
  EXPECT_GT(utilisation, 0.85);
}

}  // namespace
}  // namespace sd::test
