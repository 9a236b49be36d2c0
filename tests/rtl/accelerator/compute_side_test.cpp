// The compute side as a whole against the definitions: every byte of both buffers and every counter
// that time does not change.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <set>

#include "rtl/accelerator/compute_driver.hpp"

namespace sd::test {
namespace {

using design::DesignPoint;
using design::MacKind;

DesignPoint small(MacKind kind, int block_segments) {
  DesignPoint point;
  point.slices = 2;
  point.lines = 2;
  point.macs = 4;
  point.block_segments = block_segments;
  point.mac_kind = kind;
  point.input_buffer_bytes = 4096;
  point.weight_buffer_bytes = 8192;
  point.index_buffer_entries = 512;
  point.output_buffer_bytes = 2048;
  return point;
}

/// Rank below n, five columns, stride 3, three of everything that need not be a power of two.
DesignPoint wide_rows() {
  DesignPoint point = small(MacKind::parallel, 2);
  point.slices = point.lines = point.rank = point.max_stride = 3;
  point.levels = 7;
  point.columns = 5;
  point.input_buffer_bytes = 96 * 64;
  point.weight_buffer_bytes = 12003;
  return point;
}

/// More slices than a basis has words: fetching their shifts takes longer than loading it.
DesignPoint many_slices() {
  DesignPoint point = small(MacKind::booth_serial, 1);
  point.slices = 20;
  point.lines = 1;
  point.macs = 2;
  point.weight_buffer_bytes = 32768;
  point.output_buffer_bytes = 4096;
  return point;
}

/// One model of each design for all tests of this program: a model costs seconds to build.
ComputeDriver& driver(const std::string& name) {
  static std::map<std::string, std::unique_ptr<ComputeDriver>> drivers;
  auto& found = drivers[name];
  if (!found) {
    const DesignPoint point = name == "booth"         ? small(MacKind::booth_serial, 4)
                              : name == "parallel"    ? small(MacKind::parallel, 8)
                              : name == "dense"       ? small(MacKind::parallel, 4).dense_baseline()
                              : name == "many_slices" ? many_slices()
                                                      : wide_rows();
    design::validate(point);
    found = std::make_unique<ComputeDriver>(point);
  }
  return *found;
}

/// Runs commands on the chip and by the definitions; everything must agree.
void check(ComputeDriver& chip, Memory memory, std::vector<TestCommand> commands, int pause = 0) {
  const auto& point = chip.point();
  // The output buffer's contents, before anything else, are a copy of the input buffer's.
  VectorShape copy;
  const int words = point.output_words();
  copy.channels = copy.tile_rows = copy.output_rows = copy.window_rows = copy.window_columns = 1;
  copy.stride_x = copy.stride_y = 1;
  copy.input_pitch = copy.input_channel_words = copy.output_pitch = words;
  copy.input_columns = copy.output_columns = words * point.macs;
  copy.maximum = true;
  commands.insert(commands.begin(), copy);
  chip.load_input(memory);
  for (const auto& command : commands)
    if (const auto* tile = std::get_if<Tile>(&command)) {
      ASSERT_LE(static_cast<std::size_t>(tile->at.weight_word) + tile->weight_words.size(),
                static_cast<std::size_t>(point.weight_words()))
          << "the test's tile is too large";
      chip.load_group(*tile);
    }
  Counters counters;
  for (const auto& command : commands)
    std::visit([&](const auto& c) { execute(point, c, memory, counters); }, command);
  ASSERT_TRUE(chip.run(commands, pause)) << "no done";
  for (const auto& [name, value] : counters) EXPECT_EQ(chip.counters().at(name), value) << name;
  const auto output = chip.read_output(0, point.output_words());
  for (std::size_t i = 0; i < output.size(); ++i)
    ASSERT_EQ(output[i], memory.output[i]) << "byte " << i << " of the output buffer";
  const auto input = chip.read_input();
  ASSERT_EQ(input.size(), memory.input.size());
  for (std::size_t i = 0; i < input.size(); ++i)
    ASSERT_EQ(input[i], memory.input[i]) << "byte " << i << " of the input buffer";
}

/// A quarter of the input buffer: a map, its flags.
struct Region {
  int word, flag;
};
Region region(const DesignPoint& point, int number) {
  return {number * (point.input_words() / 4), number * (point.zero_flags() / 4)};
}

struct Case {
  std::string name;
  std::function<void(TileShape&)> change;
  double zero_rows = 0.3;
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << c.name;
}

class ComputeSide : public testing::TestWithParam<std::tuple<std::string, Case>> {};

TEST_P(ComputeSide, EqualsTheDefinition) {
  const auto& [design, chosen] = GetParam();
  ComputeDriver& chip = driver(design);
  const auto& point = chip.point();
  for (int seed = 1; seed <= 3; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(static_cast<std::uint64_t>(seed));
    TileShape shape;
    shape.seed = seed;
    chosen.change(shape);
    const int offset = seed == 1 ? 0 : 3;
    Places places;
    places.input_word = region(point, 0).word + offset;
    places.first_flag = region(point, 0).flag + offset;
    places.local_word = region(point, 1).word + offset;
    places.local_flag = region(point, 1).flag + offset;
    places.residual_word = region(point, 2).word;
    places.weight_word = places.index_entry = places.record = places.output_word = offset;
    const Tile tile = make_tile(point, shape, places);
    Memory memory(point);
    fill_map(memory, point, 0, 0, point.zero_flags(), point.input_words() / point.zero_flags(),
             1000, 0, random);
    fill_map(memory, point, places.input_word, places.first_flag,
             tile.shape.channels * tile.shape.tile_rows, tile.input_pitch, tile.shape.input_columns,
             chosen.zero_rows, random);
    check(chip, memory, {tile});
    if (HasFatalFailure()) return;
  }
}

const std::vector<Case> cases = {
    {"window", [](TileShape&) {}},
    {"window_all_stored_no_zeros", [](TileShape& s) { s.stored = 1; }, 0},
    {"window_nothing_stored", [](TileShape& s) { s.stored = 0; }},
    {"window_all_zero", [](TileShape&) {}, 1},
    {"window_no_skip", [](TileShape& s) { s.skip = false; }},
    {"window_stride_2",
     [](TileShape& s) {
       s.stride_x = s.stride_y = 2, s.tile_rows = 9, s.input_columns = 13, s.output_rows = 4;
     }},
    {"window_unequal_strides",
     [](TileShape& s) { s.stride_y = 2, s.tile_rows = 7, s.output_rows = 3; }},
    {"window_narrow_kernel",
     [](TileShape& s) { s.steps = 2, s.kernel_rows = 2, s.pad_left = 0, s.first_row = 0; }},
    {"window_one_step", [](TileShape& s) { s.steps = 1, s.pad_left = 0; }},
    {"window_pitch_past_width",
     [](TileShape& s) { s.output_columns = 3, s.input_columns = 3, s.output_pitch_words = 3; }},
    {"window_inner_tile", [](TileShape& s) { s.first_row = 1, s.tile_rows = 6; }},
    {"window_several_slices", [](TileShape& s) { s.channels = 8, s.matrix_slice_rows = 5; }},
    {"window_slice_without_rows",
     [](TileShape& s) { s.channels = 8, s.matrix_slice_rows = 1, s.stored = 0.4; }},
    {"window_relu", [](TileShape& s) { s.relu = true; }},
    {"window_bypass", [](TileShape& s) { s.bypass = true; }},
    {"window_bypass_narrow", [](TileShape& s) { s.bypass = true, s.steps = 2, s.pad_left = 0; }},
    {"window_partial_group", [](TileShape& s) { s.active_slices = 1; }},
    {"window_long_row", [](TileShape& s) { s.input_columns = s.output_columns = 30; }},
    {"window_to_input", [](TileShape& s) { s.to_input = true, s.to_output = false; }},
    {"window_residual", [](TileShape& s) { s.residual = true; }},
    {"window_residual_to_both", [](TileShape& s) { s.residual = s.to_input = true; }},
    {"dilated",
     [](TileShape& s) {
       s.mode = Mode::dilated, s.dilation = 2, s.pad_left = 2, s.first_row = -2, s.tile_rows = 7;
     }},
    {"dilated_stride_2",
     [](TileShape& s) {
       s.mode = Mode::dilated, s.dilation = 3, s.pad_left = 3, s.stride_x = s.stride_y = 2,
       s.input_columns = 20, s.tile_rows = 9;
     }},
    {"pointwise",
     [](TileShape& s) { s.mode = Mode::pointwise, s.channels = 10, s.pad_left = s.first_row = 0; },
     0.6},
    {"pointwise_padded",
     [](TileShape& s) {
       s.mode = Mode::pointwise, s.channels = 7, s.output_rows = 7, s.output_columns = 9;
     },
     0.6},
    {"pointwise_stride_2",
     [](TileShape& s) {
       s.mode = Mode::pointwise, s.channels = 7, s.pad_left = s.first_row = 0,
       s.stride_x = s.stride_y = 2, s.output_columns = 4;
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
    {"fully_connected",
     [](TileShape& s) {
       s.mode = Mode::fully_connected, s.channels = s.tile_rows = 1, s.input_columns = 64;
     }},
    {"fully_connected_of_a_map",
     [](TileShape& s) {
       s.mode = Mode::fully_connected, s.channels = 4, s.tile_rows = 3, s.input_columns = 5;
     }},
    {"fully_connected_bypass",
     [](TileShape& s) {
       s.mode = Mode::fully_connected, s.channels = 2, s.tile_rows = 5, s.input_columns = 7,
       s.bypass = true;
     },
     0},
    {"fully_connected_several_slices",
     [](TileShape& s) {
       s.mode = Mode::fully_connected, s.channels = 3, s.tile_rows = 4, s.input_columns = 5,
       s.matrix_slice_rows = 7;
     },
     0},
};

INSTANTIATE_TEST_SUITE_P(Tiles, ComputeSide,
                         testing::Combine(testing::Values("booth", "dense", "wide_rows",
                                                          "many_slices", "parallel"),
                                          testing::ValuesIn(cases)),
                         [](const auto& chosen) {
                           return std::get<0>(chosen.param) + "_" + std::get<1>(chosen.param).name;
                         });

/// A program of commands that read and write maps in the four regions of the input buffer, with
/// fences only where they are needed, or by chance.
class RandomProgram {
 public:
  RandomProgram(const DesignPoint& point, std::uint64_t seed)
      : memory(point), point_(point), random_(seed) {
    fill_map(memory, point, 0, 0, point.zero_flags(), point.input_words() / point.zero_flags(),
             uniform(1, 40), uniform(0, 6) / 10.0, random_);
    const int count = uniform(1, 4);
    for (int i = 0; i < count; ++i)
      if (uniform(0, 4) == 0)
        add_vector();
      else
        add_tile(i);
  }

  Memory memory;
  std::vector<TestCommand> commands;

 private:
  int uniform(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }

  /// Whether a command that reads and writes these regions must wait for those before it.
  bool conflict(const std::set<int>& reads, const std::set<int>& writes) {
    bool found = false;
    for (const int r : reads) found = found || written_.contains(r);
    for (const int w : writes) found = found || written_.contains(w) || read_.contains(w);
    return found;
  }
  void note(bool fence, const std::set<int>& reads, const std::set<int>& writes) {
    if (fence) read_.clear(), written_.clear();
    read_.insert(reads.begin(), reads.end());
    written_.insert(writes.begin(), writes.end());
  }

  void add_tile(int number) {
    TileShape s;
    s.seed = uniform(0, 1 << 20);
    s.mode = static_cast<Mode>(uniform(0, 3));
    s.channels = uniform(1, 6);
    s.tile_rows = uniform(1, 6);
    s.input_columns = uniform(1, 14);
    s.kernel_rows = uniform(1, 4);
    s.steps = uniform(1, point_.columns);
    s.stride_x = uniform(1, point_.max_stride);
    s.stride_y = uniform(1, point_.max_stride);
    s.dilation = uniform(1, 3);
    s.pad_left = uniform(0, 3);
    s.first_row = uniform(-3, 2);
    s.output_rows = uniform(1, 5);
    s.output_columns = uniform(1, 6 * point_.macs);
    const int least = (s.output_columns + point_.macs - 1) / point_.macs;
    s.output_pitch_words = least + uniform(0, 1);
    s.input_pitch_words = (s.input_columns + point_.macs - 1) / point_.macs + uniform(0, 1);
    s.block_words = uniform(1, point_.block_segments);
    if (s.output_pitch_words * 2 <= point_.block_segments) {
      s.block_words = s.input_pitch_words = s.output_pitch_words;
      s.input_columns = std::min(s.input_columns, s.input_pitch_words * point_.macs);
      s.block_rows = uniform(1, point_.block_segments / s.block_words);
      if (s.block_rows > 1) s.stride_x = s.stride_y = 1;
    }
    s.matrix_slice_rows = uniform(0, 1) * uniform(1, 9);
    s.active_slices = uniform(0, 1) == 0 ? point_.slices : uniform(1, point_.slices);
    s.relu = uniform(0, 1) == 1;
    s.bypass = uniform(0, 3) == 0;
    s.skip = uniform(0, 3) != 0;
    s.stored = uniform(0, 10) / 10.0;
    s.to_input = uniform(0, 1) == 1;
    s.to_output = !s.to_input || uniform(0, 2) == 0;
    s.residual = uniform(0, 2) == 0;

    const int from = uniform(0, 3), to = (from + uniform(1, 3)) % 4;
    int other = uniform(0, 3);
    const bool in_place = s.residual && s.to_input && uniform(0, 2) == 0;
    if (in_place)
      other = to;
    else if (other == to)
      other = from;
    Places at;
    at.input_word = region(point_, from).word + uniform(0, 3);
    at.first_flag = region(point_, from).flag + uniform(0, 3);
    at.local_word = region(point_, to).word + uniform(0, 3);
    at.local_flag = region(point_, to).flag + uniform(0, 3);
    at.residual_word = in_place ? at.local_word : region(point_, other).word + uniform(0, 3);
    at.record = number * point_.slices;
    at.index_entry = next_entry_;
    at.weight_word = next_weight_;
    at.output_word = uniform(0, 20);
    Tile tile = make_tile(point_, s, at);
    if (in_place) tile.residual_channel_words = tile.target.local_channel_words;
    // What does not fit is left out.
    const int words = point_.input_words() / 4 - 8, flags = point_.zero_flags() / 4 - 4;
    const int channel = tile.output_words() + 1;
    if (tile.input_words() > words || s.channels * s.tile_rows > flags ||
        tile.active_slices * channel > words || tile.active_slices * (s.output_rows + 1) > flags ||
        tile.active_slices * channel + at.output_word > point_.output_words() ||
        next_entry_ + static_cast<int>(tile.entries.size()) > point_.index_buffer_entries ||
        next_weight_ + static_cast<int>(tile.weight_words.size()) > point_.weight_words())
      return;
    next_entry_ += static_cast<int>(tile.entries.size());
    next_weight_ += static_cast<int>(tile.weight_words.size());
    std::set<int> reads{from}, writes;
    if (s.residual) reads.insert(other);
    if (s.to_input) writes.insert(to);
    tile.shape.fence = conflict(reads, writes) || uniform(0, 3) == 0;
    note(tile.shape.fence, reads, writes);
    commands.push_back(tile);
  }

  void add_vector() {
    const int from = uniform(0, 3), to = (from + uniform(1, 3)) % 4;
    VectorShape v;
    v.channels = uniform(1, 4);
    v.output_rows = uniform(1, 3);
    v.output_columns = uniform(1, 2 * point_.macs);
    v.output_pitch = (v.output_columns + point_.macs - 1) / point_.macs;
    v.tile_rows = uniform(1, 4);
    v.input_columns = uniform(1, 3 * point_.macs);
    v.input_pitch = (v.input_columns + point_.macs - 1) / point_.macs;
    v.input_channel_words = v.tile_rows * v.input_pitch + uniform(0, 1);
    v.stride_x = uniform(1, point_.max_stride);
    v.stride_y = uniform(1, point_.max_stride);
    v.window_rows = uniform(1, 3);
    v.window_columns = uniform(1, 3);
    v.first_row = uniform(-1, 1);
    v.pad_left = uniform(0, 1);
    v.relu = uniform(0, 1) == 1;
    v.first_multiplier = uniform(0, 200);
    v.output_multiplier = uniform(1, 200);
    v.output_shift = uniform(0, 12);
    v.two_operands = uniform(0, 2) == 0;
    if (v.two_operands) {
      v.window_rows = v.window_columns = v.stride_x = v.stride_y = 1;
      v.first_row = v.pad_left = 0;
      v.tile_rows = v.output_rows;
      v.input_columns = v.output_columns;
      v.input_pitch = v.output_pitch;
      v.input_channel_words = v.second_channel_words = v.tile_rows * v.input_pitch;
      v.second_multiplier = uniform(0, 200);
    }
    v.input_word = region(point_, from).word;
    v.second_word = region(point_, from).word + uniform(0, 9);
    v.target.to_input = uniform(0, 1) == 1;
    v.target.to_output = !v.target.to_input;
    v.target.output_word = uniform(0, 20);
    v.target.output_channel_words = v.target.local_channel_words = v.output_rows * v.output_pitch;
    v.target.local_word = region(point_, to).word;
    v.target.local_flag = region(point_, to).flag;
    v.target.local_rows = v.output_rows;
    commands.push_back(v);
    read_.clear();
    written_.clear();
  }

  const DesignPoint& point_;
  std::mt19937_64 random_;
  std::set<int> read_, written_;  // since the last fence
  int next_entry_ = 0, next_weight_ = 0;
};

TEST(ComputeSideRandom, AnyProgramEqualsTheDefinition) {
  for (std::uint64_t trial = 0; trial < 60; ++trial) {
    SCOPED_TRACE("trial " + std::to_string(trial));
    ComputeDriver& chip =
        driver(std::array{"booth", "dense", "wide_rows", "many_slices", "parallel"}[trial % 5]);
    const RandomProgram program(chip.point(), trial + 2024);
    check(chip, program.memory, program.commands, static_cast<int>(trial / 5 % 4) * 3);
    if (HasFatalFailure()) return;
  }
}

/// Eight lines, as many as one job a cycle of twelve cycles keeps busy.
DesignPoint eight_lines() {
  DesignPoint point = small(MacKind::parallel, 4);
  point.lines = 8;
  point.weight_buffer_bytes = 4096;
  return point;
}

/// Four COMPUTEs of 32 channels of 8 x 8, each with a basis of its own.
std::vector<TestCommand> four_groups(const DesignPoint& point, bool fence) {
  TileShape s;
  s.channels = 32;
  s.tile_rows = s.input_columns = s.output_rows = s.output_columns = 8;
  s.block_rows = s.block_words = 2;
  s.stored = 1;
  s.fence = fence;
  std::vector<TestCommand> commands;
  Places at;
  for (int group = 0; group < 4; ++group) {
    s.seed = group + 1;
    at.record = group * point.slices;
    const Tile tile = make_tile(point, s, at);
    at.index_entry += static_cast<int>(tile.entries.size());
    at.weight_word += static_cast<int>(tile.weight_words.size());
    commands.push_back(tile);
  }
  return commands;
}

double utilisation(const ComputeDriver& chip) {
  const auto& count = chip.counters();
  return static_cast<double>(count.at("mac_active")) /
         (static_cast<double>(count.at("compute_busy_cycles")) * chip.point().total_macs());
}

// The array is busy across blocks and commands: merging, draining, bases and shifts hide behind the
// jobs. With fences each command waits for the one before.
TEST(ComputeSideThroughput, CommandsOverlapUnlessFenced) {
  ComputeDriver chip(eight_lines());
  const auto& point = chip.point();
  Memory memory(point);
  std::mt19937_64 random(1);
  fill_map(memory, point, 0, 0, 32 * 8, 2, 8, 0, random);
  chip.load_input(memory);
  const auto commands = four_groups(point, false);
  for (const auto& command : commands) chip.load_group(std::get<Tile>(command));
  ASSERT_TRUE(chip.run(commands));
  EXPECT_GT(utilisation(chip), 0.9);
  auto gaps = chip.gaps();
  std::sort(gaps.rbegin(), gaps.rend());
  const int basis = point.rank * point.columns;
  EXPECT_LE(gaps.at(0), basis + 6);  // before the first job
  EXPECT_LE(gaps.at(1), basis + 3);  // between commands
  EXPECT_LE(gaps.at(4), 4);          // between blocks

  ASSERT_TRUE(chip.run(four_groups(point, true)));
  gaps = chip.gaps();
  std::sort(gaps.rbegin(), gaps.rend());
  EXPECT_GT(gaps.at(2), basis + 20);
}

// The pipeline's whole length: selector, queue, issue, load, product, merge, drain, output stage.
TEST(ComputeSideThroughput, LatencyOfOneJob) {
  for (const char* name : {"dense", "booth"}) {
    ComputeDriver& chip = driver(name);
    const auto& point = chip.point();
    TileShape s;
    s.channels = s.kernel_rows = s.steps = s.tile_rows = s.input_columns = s.output_rows =
        s.output_columns = 1;
    s.pad_left = s.first_row = 0;
    s.stored = 1;
    const Tile tile = make_tile(point, s);
    Memory memory(point);
    memory.input[0] = 1;  // one Booth digit
    memory.flags[0] = true;
    chip.load_input(memory);
    chip.load_group(tile);
    ASSERT_TRUE(chip.run({tile}));
    ASSERT_EQ(chip.counters().at("rows_executed"), 1U);
    const int basis = point.rebuild ? point.rank * point.columns - 1 : 0;
    EXPECT_EQ(chip.counters().at("compute_busy_cycles"),
              static_cast<std::uint64_t>(18 + tile.active_slices + basis))
        << name;
  }
}

}  // namespace
}  // namespace sd::test
