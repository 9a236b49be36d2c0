// Job issuer: reads in order, jobs to free lines, one closed segment at a time.
#include <gtest/gtest.h>

#include <random>

#include "rtl/accelerator/compute/job_issuer.hpp"
#include "rtl/accelerator/compute_block.hpp"
#include "rtl/accelerator/compute_selected.hpp"

namespace sd::test {
namespace {

// Rows of every kind, lines that become free at random, sums taken at random: each row's reads come
// in order, the data cycle names the line to which the row was given, and no more than one segment
// is closed at a time.
TEST(JobIssuer, ReadsInOrderAndGivesJobsToFreeLines) {
  const auto point = small();
  tb::Block block = fresh_block(hcl::elaborate<rtl::JobIssuer>(point));
  std::mt19937_64 random(12);
  const auto uniform = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  const int basis_words = point.rank * point.columns;
  for (int command = 0; command < 24; ++command) {
    SCOPED_TRACE("command " + std::to_string(command));
    const bool pointwise = uniform(0, 1) == 1, bypass = uniform(0, 2) == 0;
    const int steps = pointwise ? point.columns : uniform(1, point.columns), pitch = uniform(1, 5),
              tile_rows = uniform(1, 6), total = 40;
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
          ASSERT_EQ(block.peek(t == 0 ? "lanes0_o" : "lanes1_o"),
                    static_cast<std::uint64_t>(lanes[t]));
        }

      // What must happen in this cycle.
      const bool job = have && !row.basis && !row.end;
      const bool go = have && (row.end ? !closed : row.basis || part > 0 || (free != 0 && ready));
      const int parts = row.end ? 1 : row.basis ? basis_words : pointwise || bypass ? steps : 1;
      const bool word = go && (row.basis || (job && (part == 0 || bypass))),
                 piece = go && job && (part == 0 || pointwise);
      if (job && part == 0) line = free & (~free + 1);
      ASSERT_EQ(block.peek("stall_o") != 0, job && part == 0 && ready && free == 0);
      ASSERT_EQ(block.peek("issue_o"), go && job && part == 0 ? line : 0);
      ASSERT_EQ(block.peek("weight_read_valid_o") != 0, word);
      if (word) {
        ASSERT_EQ(block.peek("weight_read_bits_o"),
                  static_cast<std::uint64_t>(row.weight_word + part));
      }
      ASSERT_EQ(block.peek("input_read_valid_o") != 0, piece);
      if (piece) {
        ASSERT_EQ(block.peek("input_read_bits_byte_address_o"),
                  static_cast<std::uint64_t>(
                      ((row.input_word + part * tile_rows * pitch) * point.macs + row.column) &
                      (point.input_buffer_bytes - 1)));
        ASSERT_EQ(block.peek_signed("input_read_bits_column_o"), row.column);
        ASSERT_EQ(block.peek("input_read_bits_zero_o") != 0,
                  pointwise && row.tile_row + part * tile_rows >= total);
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
