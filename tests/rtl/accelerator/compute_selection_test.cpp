// From index entries to jobs: index selector, row queue and job issuer, each against what must come out, under random stalls.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <vector>

#include "rtl/accelerator/compute/index_selector.hpp"
#include "rtl/accelerator/compute/job_issuer.hpp"
#include "rtl/accelerator/compute/row_queue.hpp"
#include "rtl/accelerator/compute_block.hpp"
#include "rtl/accelerator/compute_driver.hpp"

namespace sd::test {
namespace {

design::DesignPoint small() {
  design::DesignPoint point;
  point.slices = 2;
  point.lines = 3;
  point.macs = 4;
  point.input_buffer_bytes = 4096;
  point.weight_buffer_bytes = 1024;
  point.index_buffer_entries = 128;
  point.output_buffer_bytes = 1024;
  return point;
}

struct Selected {
  bool basis = false, end = false, last = false;
  int weight_word = 0, input_word = 0, tile_row = 0, column = 0, lanes = 0;
  bool operator==(const Selected&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Selected& s) {
  return out << (s.basis ? "basis" : s.end ? "end" : "job") << (s.last ? " last" : "") << " weight " << s.weight_word << " input " << s.input_word
             << " row " << s.tile_row << " column " << s.column << " lanes " << s.lanes;
}

/// Only the fields that mean something for the kind of row.
Selected relevant(Selected row) {
  if (row.basis || row.end) row.input_word = row.tile_row = row.column = 0;
  if (row.end) row.weight_word = 0;
  if (!row.end) row.last = false;
  return row;
}

std::vector<Selected> expected_rows(const design::DesignPoint& point, const Tile& tile, int& dropped) {
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
            kept = kept || (number < s.channels * s.tile_rows && tile.row_nonzero[static_cast<std::size_t>(number)]);
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

Selected peek_row(tb::Block& block, const std::string& prefix) {
  Selected row;
  row.basis = block.peek(prefix + "basis_o") != 0;
  row.end = block.peek(prefix + "end_o") != 0;
  row.last = block.peek(prefix + "last_o") != 0;
  row.weight_word = static_cast<int>(block.peek(prefix + "weight_word_o"));
  row.input_word = static_cast<int>(block.peek(prefix + "input_word_o"));
  row.tile_row = static_cast<int>(block.peek(prefix + "tile_row_o"));
  row.column = static_cast<int>(block.peek_signed(prefix + "column_o"));
  row.lanes = static_cast<int>(block.peek(prefix + "lanes_o"));
  return row;
}

void poke_row(tb::Block& block, const std::string& prefix, const Selected& row) {
  block.poke(prefix + "basis_i", row.basis);
  block.poke(prefix + "end_i", row.end);
  block.poke(prefix + "last_i", row.last);
  block.poke(prefix + "weight_word_i", static_cast<std::uint64_t>(row.weight_word));
  block.poke(prefix + "input_word_i", static_cast<std::uint64_t>(row.input_word));
  block.poke(prefix + "tile_row_i", static_cast<std::uint64_t>(row.tile_row));
  block.poke_signed(prefix + "column_i", row.column);
  block.poke(prefix + "lanes_i", static_cast<std::uint64_t>(row.lanes));
}

/// Runs the selector over a tile; `stall` is the share of cycles in which the queue takes nothing. Returns the cycles.
int run_selector(tb::Block& block, const design::DesignPoint& point, const Tile& tile, double stall) {
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
    const bool index = block.peek("index_read_valid_o") != 0, flag = block.peek("flag_read_valid_o") != 0;
    const auto entry = block.peek("index_read_bits_o"), number = block.peek("flag_read_bits_o");
    block.step();
    if (index) {
      const auto& e = tile.entries.at(entry - static_cast<std::uint64_t>(tile.index_entry));
      block.poke("index_data_i", (e.marker ? 1U << 20 : 0U) | static_cast<unsigned>(e.r) << 16 | static_cast<unsigned>(e.c_row));
    }
    if (flag) block.poke("flag_i", tile.row_nonzero.at(number - static_cast<std::uint64_t>(tile.flag_base)));
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
  const auto uniform = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
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
  EXPECT_EQ(run_selector(block, point, tile, 0), 4 * (static_cast<int>(tile.entries.size()) + 1) + 2);
}

TEST(RowQueue, KeepsOrderAndDepth) {
  const auto point = small();
  tb::Block block = fresh_block(hcl::elaborate<rtl::RowQueue>(point));
  std::mt19937_64 random(11);
  std::deque<Selected> model;
  for (int cycle = 0; cycle < 3000; ++cycle) {
    Selected row{random() % 2 == 0, random() % 2 == 0, random() % 2 == 0, static_cast<int>(random() % 256), static_cast<int>(random() % 1024),
                 static_cast<int>(random() % 65536), static_cast<int>(random() % 100000) - 50000, static_cast<int>(random() % 5)};
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

// Rows of every kind, lines that become free at random, sums taken at random: each row's reads come in order, the data cycle names
// the line to which the row was given, and no more than one segment is closed at a time.
TEST(JobIssuer, ReadsInOrderAndGivesJobsToFreeLines) {
  const auto point = small();
  tb::Block block = fresh_block(hcl::elaborate<rtl::JobIssuer>(point));
  std::mt19937_64 random(12);
  const auto uniform = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
  const int basis_words = point.rank * point.columns;
  for (int command = 0; command < 24; ++command) {
    SCOPED_TRACE("command " + std::to_string(command));
    const bool pointwise = uniform(0, 1) == 1, bypass = uniform(0, 2) == 0;
    const int steps = pointwise ? point.columns : uniform(1, point.columns), pitch = uniform(1, 5), tile_rows = uniform(1, 6), total = 40;
    block.poke("command_mode_i", pointwise ? 1 : 0);
    block.poke("command_bypass_i", bypass);
    block.poke("command_steps_i", static_cast<std::uint64_t>(steps));
    block.poke("command_input_pitch_i", static_cast<std::uint64_t>(pitch));
    block.poke("command_tile_rows_i", static_cast<std::uint64_t>(tile_rows));
    block.poke("command_total_tile_rows_i", total);
    block.poke("rows_valid_i", 0);
    block.poke("free_i", 0);
    block.step(2);

    struct InFlight {
      std::uint64_t load = 0, piece_load = 0, basis = 0, basis_index = 0, piece = 0, piece_last = 0;
    } data;
    Selected row;
    bool have = false, closed = false;
    std::uint64_t line = 0, tag = block.peek("tag_o");
    int part = 0, rows_left = 150, lanes[2] = {-1, -1};
    while (rows_left > 0 || have || closed) {
      if (!have && rows_left > 0 && uniform(0, 3) != 0) {
        const int kind = uniform(0, 9);
        row = {};
        row.end = kind == 0 || rows_left == 1;
        row.basis = !row.end && kind == 1 && !bypass;
        row.last = rows_left == 1;
        row.weight_word = uniform(0, 200);
        row.input_word = uniform(0, 500);
        row.tile_row = uniform(0, total - 1);
        row.column = uniform(-3, 20);
        row.lanes = lanes[tag] >= 0 ? lanes[tag] : uniform(0, 4);
        have = true;
        part = 0;
        --rows_left;
      }
      const bool ready = uniform(0, 4) != 0;
      const auto free = static_cast<std::uint64_t>(uniform(0, 7));
      const bool take = closed && uniform(0, 3) == 0;
      block.poke("rows_valid_i", have);
      poke_row(block, "rows_bits_", row);
      block.poke("shifts_ready_i", ready);
      block.poke("free_i", free);
      block.poke("take_i", take);

      ASSERT_EQ(block.peek("load_o"), data.load);
      ASSERT_EQ(block.peek("piece_load_o"), data.piece_load);
      ASSERT_EQ(block.peek("basis_load_valid_o"), data.basis);
      if (data.basis != 0) {
        ASSERT_EQ(block.peek("basis_load_bits_o"), data.basis_index);
      }
      if (data.load != 0 || data.piece_load != 0) {
        ASSERT_EQ(block.peek("piece_o"), data.piece);
      }
      if (data.piece_load != 0) {
        ASSERT_EQ(block.peek("piece_last_o"), data.piece_last);
      }
      ASSERT_EQ(block.peek("closed_o") != 0, closed);
      ASSERT_EQ(block.peek("tag_o"), tag);
      for (int t = 0; t < 2; ++t)
        if (lanes[t] >= 0) {
          ASSERT_EQ(block.peek(t == 0 ? "lanes0_o" : "lanes1_o"), static_cast<std::uint64_t>(lanes[t]));
        }

      // What must happen in this cycle.
      const bool job = have && !row.basis && !row.end;
      const bool go = have && (row.end ? !closed : row.basis || part > 0 || (free != 0 && ready));
      const int parts = row.end ? 1 : row.basis ? basis_words : pointwise || bypass ? steps : 1;
      const bool word = go && (row.basis || (job && (part == 0 || bypass))), piece = go && job && (part == 0 || pointwise);
      if (job && part == 0) line = free & (~free + 1);
      ASSERT_EQ(block.peek("stall_o") != 0, job && part == 0 && ready && free == 0);
      ASSERT_EQ(block.peek("issue_o"), go && job && part == 0 ? line : 0);
      ASSERT_EQ(block.peek("weight_read_valid_o") != 0, word);
      if (word) {
        ASSERT_EQ(block.peek("weight_read_bits_o"), static_cast<std::uint64_t>(row.weight_word + part));
      }
      ASSERT_EQ(block.peek("input_read_valid_o") != 0, piece);
      if (piece) {
        ASSERT_EQ(block.peek("input_read_bits_byte_address_o"),
                  static_cast<std::uint64_t>(((row.input_word + part * tile_rows * pitch) * point.macs + row.column) & (point.input_buffer_bytes - 1)));
        ASSERT_EQ(block.peek_signed("input_read_bits_column_o"), row.column);
        ASSERT_EQ(block.peek("input_read_bits_zero_o") != 0, pointwise && row.tile_row + part * tile_rows >= total);
      }
      const bool done = go && part + 1 == parts;
      ASSERT_EQ(block.peek("rows_ready_o") != 0, done);
      block.step();

      data = {};
      if (word && job) data.load = line;
      if (piece) data.piece_load = line, data.piece_last = !pointwise || part + 1 == steps;
      if (go && row.basis) data.basis = 1, data.basis_index = static_cast<std::uint64_t>(part);
      data.piece = static_cast<std::uint64_t>(part) & 3;
      if (go) lanes[tag] = row.lanes;
      if (take) lanes[tag ^ 1] = -1, closed = false;
      if (done && row.end) closed = true, tag ^= 1;
      if (go) ++part;
      if (done) have = false;
    }
    block.poke("take_i", 0);
  }
}

}  // namespace
}  // namespace sd::test
