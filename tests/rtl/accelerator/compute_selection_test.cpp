// From index entries to selected rows: index selector and row queue against what must come out,
// under random stalls.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <vector>

#include "rtl/accelerator/compute/index_selector.hpp"
#include "rtl/accelerator/compute/row_queue.hpp"
#include "rtl/accelerator/compute_block.hpp"
#include "rtl/accelerator/compute_driver.hpp"
#include "rtl/accelerator/compute_selected.hpp"

namespace sd::test {
namespace {

/// Only the fields that mean something for the kind of row.
Selected relevant(Selected row) {
  if (row.basis || row.end) row.input_word = row.tile_row = row.column = 0;
  if (row.end) row.weight_word = 0;
  if (!row.end) row.last = false;
  return row;
}

std::vector<Selected> expected_rows(const design::DesignPoint& point, const Tile& tile,
                                    int& dropped) {
  const auto& s = tile.shape;
  std::vector<Selected> rows;
  const bool connected = s.mode == Mode::fully_connected;
  for (int oy = 0; oy < s.output_rows; ++oy)
    for (int word = 0; word < tile.output_pitch; ++word) {
      Selected row;
      row.lanes = std::clamp(s.output_columns - word * point.macs, 0, connected ? 1 : point.macs);
      row.weight_word = tile.weight_word;
      for (const auto& entry : tile.entries) {
        if (row.lanes == 0) break;
        row.basis = entry.marker;
        if (entry.marker) {
          if (rows.empty() || !tile.keep_basis) rows.push_back(relevant(row));
          row.weight_word += point.rank * point.columns;
          continue;
        }
        const int y = s.first_row + oy * s.stride + (s.mode == Mode::window ? entry.r : 0);
        bool kept = connected || (y >= 0 && y < s.tile_rows);
        row.tile_row = connected ? 0 : entry.c_row + y;
        if (kept && s.skip) {
          kept = false;
          for (int step = 0; step < (s.mode == Mode::pointwise ? s.steps : 1); ++step) {
            const int number = row.tile_row + step * s.tile_rows;
            kept = kept || (number < s.channels * s.tile_rows &&
                            tile.row_nonzero[static_cast<std::size_t>(number)]);
          }
        }
        row.input_word = tile.input_word + row.tile_row * tile.input_pitch;
        row.column = connected ? entry.c_row : word * point.macs * s.stride - s.pad_left;
        if (kept) rows.push_back(relevant(row));
        dropped += kept ? 0 : 1;
        row.weight_word += s.bypass ? point.columns : 1;
      }
      row.basis = false;
      row.end = true;
      row.last = oy + 1 == s.output_rows && word + 1 == tile.output_pitch;
      rows.push_back(relevant(row));
    }
  return rows;
}

/// Runs the selector over a tile; `stall` is the share of cycles in which the queue takes nothing.
/// Returns the cycles.
int run_selector(tb::Block& block, const design::DesignPoint& point, const Tile& tile,
                 double stall) {
  std::mt19937_64 random(9);
  int dropped = 0;
  const auto expected = expected_rows(point, tile, dropped);
  poke_command(block, "command_", tile);
  block.poke("rows_ready_i", 0);
  block.poke("start_i", 1);
  block.step();
  block.poke("start_i", 0);
  std::size_t next = 0;
  int drops = 0, cycles = 0;
  std::uint64_t not_stored = 0;
  for (; cycles < 5000 && next < expected.size(); ++cycles) {
    block.poke("rows_ready_i", !std::bernoulli_distribution(stall)(random));
    if (block.peek("rows_valid_o") != 0 && block.peek("rows_ready_i") != 0) {
      const Selected row = relevant(peek_row(block, "rows_bits_"));
      EXPECT_EQ(row, expected[next]) << "row " << next;
      if (!(row == expected[next])) return -1;
      ++next;
    }
    drops += block.peek("row_dropped_o") != 0 ? 1 : 0;
    not_stored += block.peek("rows_not_stored_o");
    const bool index = block.peek("index_read_valid_o") != 0,
               flag = block.peek("flag_read_valid_o") != 0;
    const auto entry = block.peek("index_read_bits_o"), number = block.peek("flag_read_bits_o");
    block.step();
    if (index) {
      const auto& e = tile.entries.at(entry - static_cast<std::uint64_t>(tile.index_entry));
      block.poke("index_data_i", (e.marker ? 1U << 20 : 0U) | static_cast<unsigned>(e.r) << 16 |
                                     static_cast<unsigned>(e.c_row));
    }
    if (flag)
      block.poke("flag_i",
                 tile.row_nonzero.at(number - static_cast<std::uint64_t>(tile.flag_base)));
  }
  EXPECT_EQ(next, expected.size());
  EXPECT_EQ(drops, dropped);
  EXPECT_EQ(not_stored, tile.counters.at("rows_skipped_weight"));
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(block.peek("rows_valid_o"), 0U);
    block.step();
  }
  return cycles;
}

TEST(IndexSelector, HandsOnTheRowsThatMeetNonZeros) {
  const auto point = small();
  tb::Block block = fresh_block(hcl::elaborate<rtl::IndexSelector>(point));
  std::mt19937_64 random(10);
  const auto uniform = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  for (int trial = 0; trial < 60; ++trial) {
    SCOPED_TRACE("trial " + std::to_string(trial));
    TileShape s;
    s.mode = static_cast<Mode>(trial % 3);
    s.channels = uniform(1, 7);
    s.tile_rows = uniform(1, 5);
    s.input_columns = uniform(1, 12);
    s.output_columns = uniform(1, 12);
    s.output_rows = uniform(1, 4);
    s.output_pitch_words = (s.output_columns + 3) / 4 + uniform(0, 1);
    s.stride = uniform(1, 2);
    s.pad_left = s.mode == Mode::window ? uniform(0, 2) : 0;
    s.first_row = uniform(-2, 2);
    s.matrix_slice_rows = uniform(0, 4);
    s.bypass = uniform(0, 3) == 0;
    s.skip = uniform(0, 3) != 0;
    s.zero_rows = uniform(0, 10) / 10.0;
    s.seed = trial;
    run_selector(block, point, make_tile(point, s, uniform(0, 3)), uniform(0, 9) / 10.0);
    if (HasFailure()) return;
  }
}

// One entry a cycle, one cycle for each segment's end, and the three stages' latency.
TEST(IndexSelector, TakesOneEntryACycle) {
  const auto point = small();
  tb::Block block = fresh_block(hcl::elaborate<rtl::IndexSelector>(point));
  TileShape s;
  s.channels = 10;
  s.output_rows = 2;
  s.output_columns = s.input_columns = 8;
  const Tile tile = make_tile(point, s);
  EXPECT_EQ(run_selector(block, point, tile, 0),
            4 * (static_cast<int>(tile.entries.size()) + 1) + 2);
}

TEST(RowQueue, KeepsOrderAndDepth) {
  const auto point = small();
  tb::Block block = fresh_block(hcl::elaborate<rtl::RowQueue>(point));
  std::mt19937_64 random(11);
  std::deque<Selected> model;
  for (int cycle = 0; cycle < 3000; ++cycle) {
    Selected row{random() % 2 == 0,
                 random() % 2 == 0,
                 random() % 2 == 0,
                 static_cast<int>(random() % 256),
                 static_cast<int>(random() % 1024),
                 static_cast<int>(random() % 65536),
                 static_cast<int>(random() % 100000) - 50000,
                 static_cast<int>(random() % 5)};
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
