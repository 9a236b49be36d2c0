// Job issuer: reads in order, jobs to free lines, one closed block at a time.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <vector>

#include "rtl/accelerator/compute/job_issuer.hpp"
#include "rtl/accelerator/compute_block.hpp"
#include "rtl/accelerator/compute_poke.hpp"
#include "rtl/accelerator/compute_selected.hpp"

namespace sd::test {
namespace {

struct Beat {
  int step, first_segment, segments;
  int byte_address, column;
  bool zero;
};

/// The beats of a job, from what docs/accelerator.md says of each step.
std::vector<Beat> beats_of(const design::DesignPoint& point, const Tile& tile,
                           const Selected& row) {
  const auto& s = tile.shape;
  const int group = point.beat_segments(s.stride_x);
  const int total = s.channels * s.tile_rows;
  int span = 0;
  for (int t = 0; t < point.block_segments; ++t)
    if (((row.segments >> t) & 1) != 0) span = t + 1;
  std::vector<Beat> beats;
  for (int step = 0; step < (s.mode == Mode::window ? 1 : s.steps); ++step) {
    int input_word = row.input_word, column = row.column, tile_row = row.tile_row;
    if (s.mode == Mode::pointwise) {
      tile_row += step * s.tile_rows;
      input_word += step * s.tile_rows * tile.input_pitch;
    } else if (s.mode == Mode::dilated) {
      column += step * s.dilation;
    } else if (s.mode == Mode::fully_connected) {
      const int rows_on = (column + step) / s.input_columns;
      column = (column + step) % s.input_columns;
      tile_row += rows_on;
      input_word += rows_on * tile.input_pitch;
    }
    const bool zero =
        (s.mode == Mode::pointwise || s.mode == Mode::fully_connected) && tile_row >= total;
    for (int first = 0; first < span; first += group) {
      const int offset = first * point.macs * s.stride_x;
      beats.push_back({step, first, std::min(group, span - first),
                       (input_word * point.macs + column + offset) & (point.input_buffer_bytes - 1),
                       column + offset, zero});
    }
  }
  return beats;
}

class Issuer {
 public:
  explicit Issuer(const design::DesignPoint& point)
      : point_(point), block_(fresh_block(hcl::elaborate<rtl::JobIssuer>(point))) {}

  /// Random rows of a command of this shape; the environment is ready at random.
  void run(const Tile& tile, std::mt19937_64& random);

 private:
  [[nodiscard]] std::uint64_t out(const std::string& port) { return block_.peek(port + "_o"); }
  void check_data();
  Selected random_row(const Tile& tile, bool last, std::mt19937_64& random) const;

  design::DesignPoint point_;
  tb::Block block_;
  struct Data {  // of the cycle after
    std::uint64_t word_line = 0, word_step = 0;
    std::uint64_t piece_line = 0, piece_segments = 0, piece_step = 0, piece_last = 0;
    std::uint64_t basis = 0, basis_index = 0;
  } data_;
  std::uint64_t tag_ = 0, line_ = 1;  // `line_`: the one chosen last
  bool closed_ = false, opened_ = false;
};

void Issuer::check_data() {
  ASSERT_EQ(out("word_load_line"), data_.word_line);
  if (data_.word_line != 0) {
    ASSERT_EQ(out("word_load_step"), data_.word_step);
  }
  ASSERT_EQ(out("piece_load_line"), data_.piece_line);
  if (data_.piece_line != 0) {
    ASSERT_EQ(out("piece_load_segments"), data_.piece_segments);
    ASSERT_EQ(out("piece_load_step"), data_.piece_step);
    ASSERT_EQ(out("piece_load_last"), data_.piece_last);
  }
  ASSERT_EQ(out("basis_load_valid"), data_.basis);
  if (data_.basis != 0) {
    ASSERT_EQ(out("basis_load_bits"), data_.basis_index);
  }
}

Selected Issuer::random_row(const Tile& tile, bool last, std::mt19937_64& random) const {
  const auto uniform = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  const auto& s = tile.shape;
  const int kind = uniform(0, 9);
  Selected row;
  row.end = kind == 0 || last;
  row.last = row.end && (last || uniform(0, 4) == 0);
  row.basis = !row.end && kind == 1 && !s.bypass;
  row.weight_word = uniform(0, 200);
  row.input_word = uniform(0, 1023);
  row.tile_row = uniform(0, s.channels * s.tile_rows - 1);
  row.column = s.mode == Mode::fully_connected ? uniform(0, s.input_columns - 1) : uniform(-3, 20);
  row.segments = uniform(1, (1 << (s.block_rows * s.block_words)) - 1);
  return row;
}

void Issuer::run(const Tile& tile, std::mt19937_64& random) {
  const auto uniform = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  const auto& s = tile.shape;
  poke_command(block_, "command_", tile);
  block_.poke("rows_valid_i", 0);
  block_.poke("free_i", 0);
  block_.poke("take_i", 0);
  block_.step();  // a read of the last command may be in its data cycle
  block_.step();
  data_ = {};

  Selected row;
  std::vector<Beat> beats;
  int words = 0;
  bool have = false;
  std::size_t word = 0, beat = 0;
  int rows_left = 80, block_words = 1, tail_lanes = 1;
  while (rows_left > 0 || have || closed_) {
    if (!have && rows_left > 0 && uniform(0, 3) != 0) {
      row = random_row(tile, rows_left == 1, random);
      if (!opened_) block_words = uniform(1, s.block_words), tail_lanes = uniform(1, point_.macs);
      row.words = block_words;
      row.tail_lanes = tail_lanes;
      beats = row.end || row.basis ? std::vector<Beat>{} : beats_of(point_, tile, row);
      words = row.end ? 0 : row.basis ? point_.rank * point_.columns : s.bypass ? s.steps : 1;
      have = true;
      word = beat = 0;
      --rows_left;
    }
    const bool allowed = uniform(0, 4) != 0, input_ready = uniform(0, 3) != 0;
    const auto free = static_cast<std::uint64_t>(uniform(0, (1 << point_.lines) - 1));
    const bool take = closed_ && uniform(0, 3) == 0;
    block_.poke("rows_valid_i", have);
    poke_row(block_, "rows_bits_", row);
    block_.poke("jobs_allowed_i", allowed);
    block_.poke("free_i", free);
    block_.poke("input_read_ready_i", input_ready);
    block_.poke("take_i", take);

    check_data();
    if (testing::Test::HasFatalFailure()) return;
    ASSERT_EQ(out("closed") != 0, closed_);
    ASSERT_EQ(out("tag"), tag_);

    // What must happen in this cycle.
    const bool job = have && !row.basis && !row.end, first = word == 0 && beat == 0;
    const bool may = job && (!first || (opened_ && allowed && free != 0));
    const bool wants_beat = may && beat < beats.size();
    const bool job_go = may && (!wants_beat || input_ready);
    const bool basis_go = have && row.basis, end_go = have && row.end && !closed_;
    if (job && first && free != 0) {
      // The next free line in turn.
      auto next = line_;
      do next = next == std::uint64_t{1} << (point_.lines - 1) ? 1 : next << 1;
      while ((free & next) == 0);
      if (job_go) line_ = next;
    }
    ASSERT_EQ(out("stall") != 0, job && first && opened_ && allowed && free == 0);
    ASSERT_EQ(out("issue_line"), job_go && first ? line_ : 0);
    if (job_go && first) {
      ASSERT_EQ(out("issue_tag"), tag_);
      ASSERT_EQ(out("issue_segments"), static_cast<std::uint64_t>(row.segments));
      const std::string config = "config_" + std::to_string(tag_) + "_";
      int tails = 0;
      for (int t = 0; t < point_.block_segments; ++t)
        if (t % s.block_words == block_words - 1) tails |= 1 << t;
      const int in_block = (1 << (s.block_rows * s.block_words)) - 1;
      ASSERT_EQ(out(config + "steps"), static_cast<std::uint64_t>(s.steps));
      ASSERT_EQ(out(config + "stride"), static_cast<std::uint64_t>(s.stride_x));
      ASSERT_EQ(out(config + "gather") != 0, s.mode != Mode::window);
      ASSERT_EQ(out(config + "bypass") != 0, s.bypass);
      ASSERT_EQ(out(config + "tail_segments") & static_cast<std::uint64_t>(in_block),
                static_cast<std::uint64_t>(tails & in_block));
      ASSERT_EQ(out(config + "tail_lanes"), static_cast<std::uint64_t>(tail_lanes));
    }
    const bool word_go = (job_go || basis_go) && word < static_cast<std::size_t>(words);
    ASSERT_EQ(out("weight_read_valid") != 0, word_go);
    if (word_go) {
      ASSERT_EQ(out("weight_read_bits"), static_cast<std::uint64_t>(row.weight_word) + word);
    }
    ASSERT_EQ(out("input_read_valid") != 0, wants_beat);
    data_ = {};
    if (wants_beat) {
      const Beat& b = beats[beat];
      const std::string bits = "input_read_bits_";
      ASSERT_EQ(out(bits + "byte_address"), static_cast<std::uint64_t>(b.byte_address));
      ASSERT_EQ(block_.peek_signed(bits + "column_o"), b.column);
      ASSERT_EQ(out(bits + "first_segment"), static_cast<std::uint64_t>(b.first_segment));
      ASSERT_EQ(out(bits + "segments"), static_cast<std::uint64_t>(b.segments));
      ASSERT_EQ(out(bits + "row_words"), static_cast<std::uint64_t>(s.block_words));
      ASSERT_EQ(out(bits + "span"),
                static_cast<std::uint64_t>(s.mode == Mode::window ? s.steps : 1));
      ASSERT_EQ(out(bits + "stride"), static_cast<std::uint64_t>(s.stride_x));
      ASSERT_EQ(out(bits + "columns"), static_cast<std::uint64_t>(s.input_columns));
      ASSERT_EQ(out(bits + "gather") != 0, s.mode != Mode::window);
      ASSERT_EQ(out(bits + "zero") != 0, b.zero);
      ASSERT_EQ(out(bits + "raw"), 0U);
      if (input_ready) {
        data_.piece_line = line_;
        data_.piece_segments =
            static_cast<std::uint64_t>(row.segments & (((1 << b.segments) - 1) << b.first_segment));
        data_.piece_step = static_cast<std::uint64_t>(b.step);
        data_.piece_last = beat + 1 == beats.size() ? 1 : 0;
      }
    }
    if (word_go && job) data_.word_line = line_, data_.word_step = word;
    if (basis_go) data_.basis = 1, data_.basis_index = word;
    if (word_go) ++word;
    if (wants_beat && input_ready) ++beat;
    const bool done = end_go || ((job_go || basis_go) && word == static_cast<std::size_t>(words) &&
                                 beat == beats.size());
    ASSERT_EQ(out("rows_ready") != 0, done);
    ASSERT_EQ(out("finished") != 0, end_go && row.last);
    block_.step();

    if (take) closed_ = false;
    if (have && !row.end) opened_ = true;
    if (end_go) closed_ = true, opened_ = false, tag_ ^= 1;
    if (done) have = false;
  }
}

class JobIssuer : public testing::TestWithParam<int> {};

// Rows of every kind, lines and beats that are ready at random, sums taken at random: each row's
// reads come in order, the data cycle names the line to which the row was given, and no more than
// one block is closed at a time.
TEST_P(JobIssuer, ReadsInOrderAndGivesJobsToFreeLines) {
  const auto point = small(GetParam());
  Issuer issuer(point);
  std::mt19937_64 random(12);
  const auto uniform = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  for (int command = 0; command < 48; ++command) {
    SCOPED_TRACE("command " + std::to_string(command));
    TileShape s;
    s.mode = static_cast<Mode>(command % 4);
    s.channels = uniform(1, 9);
    s.tile_rows = uniform(1, 6);
    s.input_columns = uniform(1, 14);
    s.input_pitch_words = uniform(1, 5);
    s.steps = uniform(1, point.columns);
    s.stride_x = uniform(1, point.max_stride);
    s.dilation = uniform(1, 4);
    s.bypass = uniform(0, 2) == 0;
    s.block_words = uniform(1, point.block_segments);
    s.block_rows = uniform(1, point.block_segments / s.block_words);
    if (s.block_rows > 1) s.stride_x = 1;
    s.seed = command;
    issuer.run(make_tile(point, s), random);
    if (HasFatalFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(BlockSegments, JobIssuer, testing::Values(1, 2, 4, 8));

}  // namespace
}  // namespace sd::test
