// From index entries to selected rows: index selector and row queue against what must come out,
// under random stalls.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <random>
#include <vector>

#include "rtl/accelerator/compute/index_selector.hpp"
#include "rtl/accelerator/compute/row_queue.hpp"
#include "rtl/accelerator/compute_block.hpp"
#include "rtl/accelerator/compute_poke.hpp"
#include "rtl/accelerator/compute_reference.hpp"
#include "rtl/accelerator/compute_selected.hpp"

namespace sd::test {
namespace {

/// What a selector must hand on for a command, and count.
struct Expected {
  std::vector<Selected> rows;
  int dropped = 0, not_stored = 0, entries_read = 0;
};

Expected expected_rows(const design::DesignPoint& point, const Tile& tile,
                       const std::vector<bool>& flags) {
  const auto& s = tile.shape;
  Expected expected;
  const bool connected = s.mode == Mode::fully_connected;
  const int buffer_words = 1 << 10;  // addresses are modulo this
  bool first_block = true;
  for (int oy = 0; oy < s.output_rows; oy += s.block_rows)
    for (int word = 0; word < tile.output_pitch; word += s.block_words) {
      int words = 0, lanes = 0;
      for (int w = word; w < std::min(word + s.block_words, tile.output_pitch); ++w)
        if (valid_lanes(point, tile, w) > 0) ++words, lanes = valid_lanes(point, tile, w);
      Selected end;
      end.end = true;
      end.last = oy + s.block_rows >= s.output_rows && word + s.block_words >= tile.output_pitch;
      if (words > 0) {
        expected.not_stored += tile.rows_not_stored;
        expected.entries_read += static_cast<int>(tile.entries.size());
        int weight_word = tile.at.weight_word;
        for (const auto& entry : tile.entries) {
          Selected row;
          row.weight_word = weight_word;
          row.words = words;
          row.tail_lanes = lanes;
          row.basis = entry.marker;
          weight_word += entry.marker                ? point.rank * point.columns
                         : point.rebuild && s.bypass ? point.columns
                                                     : 1;
          if (entry.marker) {
            if (first_block || !tile.keep_basis) expected.rows.push_back(row);
            continue;
          }
          for (const int t : computed_segments(point, tile, flags, entry, oy, word))
            row.segments |= 1 << t;
          if (row.segments == 0) {
            ++expected.dropped;
            continue;
          }
          const int y = connected ? 0 : s.first_row + oy * s.stride_y + entry.r;
          row.input_word =
              (tile.at.input_word + (entry.c_row + y) * tile.input_pitch) & (buffer_words - 1);
          row.tile_row = entry.c_row;
          row.column = connected ? entry.r : word * point.macs * s.stride_x - s.pad_left;
          expected.rows.push_back(row);
        }
        first_block = false;
      }
      expected.rows.push_back(end);
    }
  return expected;
}

/// Only the fields that mean something for the kind of row.
Selected relevant(Selected row) {
  if (row.basis || row.end) row.input_word = row.tile_row = row.column = row.segments = 0;
  if (row.end) row.weight_word = row.words = row.tail_lanes = 0;
  if (!row.end) row.last = false;
  return row;
}

/// A selector with its index buffer and its zero flags.
class Selector {
 public:
  explicit Selector(const design::DesignPoint& point)
      : point_(point), block_(fresh_block(hcl::elaborate<rtl::IndexSelector>(point))) {}

  /// Runs it over a tile; `stall` is the share of cycles in which the queue takes nothing. Returns
  /// the cycles from `start` to the last row, or -1 after a wrong row.
  int run(const Tile& tile, const std::vector<bool>& flags, double stall, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    const Expected expected = expected_rows(point_, tile, flags);
    poke_command(block_, "command_", tile);
    EXPECT_EQ(block_.peek("idle_o"), 1U);
    block_.poke("start_i", 1);
    std::size_t next = 0;
    int dropped = 0, not_stored = 0, entries_read = 0, cycles = 0;
    const auto step = [&] {
      dropped += block_.peek("row_dropped_o") != 0 ? 1 : 0;
      not_stored += static_cast<int>(block_.peek("rows_not_stored_o"));
      serve(tile, flags, entries_read);
    };
    block_.poke("rows_ready_i", 0);
    step();
    block_.poke("start_i", 0);
    for (; cycles < 20000 && next < expected.rows.size(); ++cycles) {
      block_.poke("rows_ready_i", !std::bernoulli_distribution(stall)(random));
      if (block_.peek("rows_valid_o") != 0 && block_.peek("rows_ready_i") != 0) {
        const Selected row = relevant(peek_row(block_, "rows_bits_"));
        EXPECT_EQ(row, expected.rows[next]) << "row " << next;
        if (!(row == expected.rows[next])) return -1;
        ++next;
      }
      step();
    }
    EXPECT_EQ(next, expected.rows.size());
    EXPECT_EQ(dropped, expected.dropped);
    EXPECT_EQ(not_stored, expected.not_stored);
    EXPECT_EQ(entries_read, expected.entries_read);
    for (int i = 0; i < 10; ++i) {
      EXPECT_EQ(block_.peek("rows_valid_o"), 0U);
      step();
    }
    return cycles;
  }

 private:
  /// One cycle, with the buffers' answers to its reads.
  void serve(const Tile& tile, const std::vector<bool>& flags, int& entries_read) {
    std::optional<IndexEntry> entry;
    std::optional<std::uint64_t> shown;
    if (block_.peek("index_read_valid_o") != 0) {
      entry = tile.entries.at(block_.peek("index_read_bits_o") -
                              static_cast<std::uint64_t>(tile.at.index_entry));
      ++entries_read;
    }
    if (point_.skip_activation_rows && block_.peek("flag_read_valid_o") != 0) {
      const auto first = block_.peek("flag_read_bits_o");
      shown = 0;
      for (std::size_t i = 0; i < static_cast<std::size_t>(point_.block_segments); ++i)
        if (flags[(first + i) % flags.size()]) *shown |= std::uint64_t{1} << i;
    }
    block_.step();
    if (entry)
      block_.poke("index_data_i", (entry->marker ? 1U << 24 : 0U) |
                                      static_cast<unsigned>(entry->r) << 16 |
                                      static_cast<unsigned>(entry->c_row));
    if (shown) block_.poke("flags_i", *shown);
  }

  design::DesignPoint point_;
  tb::Block block_;
};

/// Any legal shape.
TileShape random_shape(const design::DesignPoint& point, std::mt19937_64& random) {
  const auto uniform = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  TileShape s;
  s.mode = static_cast<Mode>(uniform(0, 3));
  s.channels = uniform(1, 7);
  s.tile_rows = uniform(1, 6);
  s.input_columns = uniform(1, 14);
  s.output_columns = uniform(1, 30);
  s.output_rows = uniform(1, 6);
  const int least = (s.output_columns + point.macs - 1) / point.macs;
  s.output_pitch_words = least + uniform(0, 2);
  s.stride_x = uniform(1, point.max_stride);
  s.stride_y = uniform(1, point.max_stride);
  s.dilation = uniform(1, 3);
  s.pad_left = uniform(0, 3);
  s.first_row = uniform(-3, 3);
  s.block_words = uniform(1, point.block_segments);
  if (s.output_pitch_words * 2 <= point.block_segments && uniform(0, 3) != 0) {
    s.block_words = s.input_pitch_words = s.output_pitch_words;
    s.block_rows = uniform(1, point.block_segments / s.block_words);
    s.stride_x = s.stride_y = 1;
  }
  s.matrix_slice_rows = uniform(0, 4);
  s.bypass = uniform(0, 3) == 0;
  s.skip = uniform(0, 3) != 0;
  s.seed = uniform(0, 1 << 20);
  return s;
}

class IndexSelector : public testing::TestWithParam<int> {};

TEST_P(IndexSelector, HandsOnTheRowsThatMeetNonZeros) {
  const auto point = small(GetParam());
  Selector selector(point);
  std::mt19937_64 random(10);
  for (int trial = 0; trial < 150; ++trial) {
    SCOPED_TRACE("trial " + std::to_string(trial));
    const TileShape s = random_shape(point, random);
    Places places;
    places.index_entry = places.weight_word = static_cast<int>(random() % 4);
    places.input_word = static_cast<int>(random() % 4);
    places.first_flag = static_cast<int>(random() % 9);
    const double nonzero = static_cast<double>(random() % 11) / 10;
    std::vector<bool> flags;
    for (int i = 0; i < point.zero_flags(); ++i)
      flags.push_back(std::bernoulli_distribution(nonzero)(random));
    selector.run(make_tile(point, s, places), flags, static_cast<double>(random() % 10) / 10,
                 random());
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(BlockSegments, IndexSelector, testing::Values(1, 4, 8));

// One entry a cycle, one cycle for each block's end, and the three stages' latency; a pointwise row
// as many cycles as channels are looked at.
TEST(IndexSelectorThroughput, TakesOneEntryACycle) {
  const auto point = small(4);
  Selector selector(point);
  std::vector<bool> flags(static_cast<std::size_t>(point.zero_flags()), true);
  TileShape s;
  s.channels = 10;
  s.output_rows = 2;
  s.output_columns = s.input_columns = 16;
  s.block_words = 2;
  for (const Mode mode : {Mode::window, Mode::pointwise}) {
    s.mode = mode;
    const Tile tile = make_tile(point, s);
    EXPECT_EQ(selector.run(tile, flags, 0, 1), 4 * (static_cast<int>(tile.entries.size()) + 1) + 2);
  }
  flags.assign(flags.size(), false);
  s.first_row = 0;
  s.channels = 9;
  const Tile tile = make_tile(point, s);
  const int rows = static_cast<int>(tile.rows.size());
  EXPECT_EQ(selector.run(tile, flags, 0, 1), 4 * (1 + point.columns * rows + 1) + 2);
}

TEST(RowQueue, KeepsOrderAndDepth) {
  const auto point = small(4);
  tb::Block block = fresh_block(hcl::elaborate<rtl::RowQueue>(point));
  std::mt19937_64 random(11);
  std::deque<Selected> model;
  for (int cycle = 0; cycle < 3000; ++cycle) {
    const auto below = [&](int limit) {
      return static_cast<int>(random() % static_cast<unsigned>(limit));
    };
    const Selected row{below(2) == 0, below(2) == 0,         below(2) == 0, below(256), below(1024),
                       below(65536),  below(100000) - 50000, below(16),     below(5),   below(5)};
    const bool valid = random() % 3 != 0, ready = random() % 3 == 0 || (cycle / 500) % 2 == 1;
    poke_row(block, "in_bits_", row);
    block.poke("in_valid_i", valid);
    block.poke("out_ready_i", ready);
    ASSERT_EQ(block.peek("in_ready_o") != 0, model.size() < rtl::RowQueue::depth);
    ASSERT_EQ(block.peek("out_valid_o") != 0, !model.empty());
    const bool push = valid && model.size() < rtl::RowQueue::depth;
    if (!model.empty()) {
      ASSERT_EQ(peek_row(block, "out_bits_"), model.front());
      if (ready) model.pop_front();
    }
    if (push) model.push_back(row);
    block.step();
  }
}

}  // namespace
}  // namespace sd::test
