// The drain: order, places, operands and counts of every segment, against nested loops.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "rtl/accelerator/compute/drain_control.hpp"
#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/compute/output_stage.hpp"
#include "rtl/accelerator/compute_block.hpp"

namespace sd::test {
namespace {

using Words = std::vector<std::uint32_t>;

struct Command {
  int rows, columns, pitch, block_rows, block_words, slices, record;
  bool to_output, to_input, relu, residual, residual_relu;
  int output_word, output_channel_words, local_word, local_channel_words, local_flag, local_rows,
      residual_word, residual_channel_words, residual_shift, own, other;
};

/// What one segment must show when it enters the output stage, and later when its word leaves.
struct Segment {
  Command command;
  int segment, channel, lanes, output_word, local_word, flag, residual_word;
  bool first_of_channel, first_of_row, releases, last;
  int block_segments;  ///< of its block
  bool in_map;         ///< its block has output columns
};

/// The segments of a command in the order of docs/accelerator.md ("Blocks").
std::vector<Segment> segments_of(const Command& c, int macs) {
  std::vector<Segment> all;
  for (int row0 = 0; row0 < c.rows; row0 += c.block_rows)
    for (int word0 = 0; word0 < c.pitch; word0 += c.block_words) {
      const int rows = std::min(c.block_rows, c.rows - row0),
                words = std::min(c.block_words, c.pitch - word0);
      for (int m = 0; m < c.slices; ++m)
        for (int r = 0; r < rows; ++r)
          for (int w = 0; w < words; ++w) {
            const int row = row0 + r, word = word0 + w, at = row * c.pitch + word;
            Segment s{};
            s.command = c;
            s.segment = r * c.block_words + w;
            s.channel = m;
            s.lanes = std::clamp(c.columns - word * macs, 0, macs);
            s.output_word = c.output_word + m * c.output_channel_words + at;
            s.local_word = c.local_word + m * c.local_channel_words + at;
            s.residual_word = c.residual_word + m * c.residual_channel_words + at;
            s.flag = c.local_flag + m * c.local_rows + row;
            s.first_of_channel = r == 0 && w == 0;
            s.first_of_row = word == 0;
            s.releases = m + 1 == c.slices && r + 1 == rows && w + 1 == words;
            s.last = s.releases && row + 1 == c.rows && word + 1 == c.pitch;
            s.block_segments = rows * words;
            s.in_map = word0 * macs < c.columns;
            all.push_back(s);
          }
    }
  return all;
}

class Drain {
 public:
  explicit Drain(const design::DesignPoint& point)
      : point_(point), block_(fresh_block(hcl::elaborate<rtl::DrainControl>(point))) {}

  /// `eager`: commands and blocks wait all the time (more than the two that banks could hold), and
  /// no cycle of a command may be lost.
  void run(int commands, bool eager) {
    std::vector<int> counts;
    for (int i = 0; i < commands; ++i) {
      commands_.push_back(random_command());
      const auto segments = segments_of(commands_.back(), point_.macs);
      expected_.insert(expected_.end(), segments.begin(), segments.end());
      blocks_to_come_ += static_cast<int>(std::count_if(segments.begin(), segments.end(),
                                                        [](const auto& s) { return s.releases; }));
    }
    for (int cycle = 0; done_ < commands; ++cycle) {
      ASSERT_LT(cycle, 200000);
      offer(eager);
      memories();
      check_cycle(eager);
      if (testing::Test::HasFatalFailure()) return;
      block_.step();
    }
    EXPECT_TRUE(expected_.empty());
    EXPECT_TRUE(leaving_.empty());
    EXPECT_EQ(blocks_to_come_, 0);
    for (int i = 0; i < 10; ++i, block_.step()) EXPECT_EQ(block_.peek("output_write_valid_o"), 0U);
  }

 private:
  int uniform(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  bool chance(int of) { return uniform(0, of - 1) == 0; }
  std::uint64_t get(const std::string& port) { return block_.peek(port); }
  void set(const std::string& port, std::int64_t value) {
    block_.poke(port, static_cast<std::uint64_t>(value));
  }

  Command random_command() {
    Command c{};
    const int most = point_.block_segments;
    if (chance(2)) {  // whole rows
      c.pitch = c.block_words = uniform(1, most);
      c.block_rows = uniform(1, most / c.pitch);
    } else {
      c.block_rows = 1;
      c.block_words = uniform(1, most);
      c.pitch = uniform(1, 2 * most + 2);
    }
    c.rows = uniform(1, 6);
    c.columns = chance(3) ? uniform(1, c.pitch * point_.macs) : c.pitch * point_.macs;
    c.slices = uniform(1, point_.slices);
    c.record = uniform(0, point_.parameter_records() - c.slices);
    c.to_output = chance(2);
    c.to_input = !c.to_output || chance(2);
    c.relu = chance(2);
    c.residual = chance(2);
    c.residual_relu = chance(2);
    const int map = c.rows * c.pitch;
    const auto place = [&](int words, int& word, int& channel_words) {
      channel_words = map + uniform(0, 3);
      word = uniform(0, words - (c.slices - 1) * channel_words - map);
    };
    place(point_.output_words(), c.output_word, c.output_channel_words);
    place(point_.input_words(), c.local_word, c.local_channel_words);
    place(point_.input_words(), c.residual_word, c.residual_channel_words);
    c.local_rows = c.rows + uniform(0, 2);
    c.local_flag = uniform(0, point_.zero_flags() - (c.slices - 1) * c.local_rows - c.rows);
    c.residual_shift = uniform(0, 63);
    c.own = uniform(0, 32767);
    c.other = uniform(0, 32767);
    return c;
  }

  void offer(bool eager) {
    const bool command = offered_ < commands_.size() && (eager || chance(3) || command_stands_);
    set("command_valid_i", command);
    if (command) {
      const Command& c = commands_[offered_];
      set("command_bits_parameter_record_i", c.record);
      set("command_bits_output_rows_i", c.rows);
      set("command_bits_output_columns_i", c.columns);
      set("command_bits_output_pitch_i", c.pitch);
      set("command_bits_block_rows_i", c.block_rows);
      set("command_bits_block_words_i", c.block_words);
      set("command_bits_active_slices_i", c.slices);
      set("command_bits_relu_i", c.relu);
      set("command_bits_destination_to_output_i", c.to_output);
      set("command_bits_destination_to_input_i", c.to_input);
      set("command_bits_destination_output_word_i", c.output_word);
      set("command_bits_destination_output_channel_words_i", c.output_channel_words);
      set("command_bits_destination_local_word_i", c.local_word);
      set("command_bits_destination_local_channel_words_i", c.local_channel_words);
      set("command_bits_destination_local_flag_i", c.local_flag);
      set("command_bits_destination_local_rows_i", c.local_rows);
      set("command_bits_residual_i", c.residual);
      set("command_bits_residual_relu_i", c.residual_relu);
      set("command_bits_residual_shift_i", c.residual_shift);
      set("command_bits_residual_word_i", c.residual_word);
      set("command_bits_residual_channel_words_i", c.residual_channel_words);
      set("command_bits_own_multiplier_i", c.own);
      set("command_bits_residual_multiplier_i", c.other);
    }
    // Banks take turns; one that is not released holds the block before.
    const bool block = blocks_to_come_ > 0 && (eager || (!busy_[bank_] && chance(2)));
    set("block_valid_i", block);
    set("block_bits_i", bank_);
    const bool taken = command && get("command_ready_o") != 0;
    command_stands_ = command && !taken;
    if (taken) ++offered_;
    if (block && get("block_ready_o") != 0) {
      --blocks_to_come_;
      busy_[bank_] = true;
      bank_ = 1 - bank_;
    }
  }

  /// What was read in the last cycle shows; anything otherwise, as others read too.
  void memories() {
    record_shown_ = random_();
    if (record_read_ >= 0) record_shown_ = record_shown_ / 1000 * 1000 + record_read_;
    block_.poke("parameter_data_i", record_shown_);
    const int slot = rtl::slot_bits(point_);
    Words slots(static_cast<std::size_t>((point_.block_segments * slot + 31) / 32));
    for (auto& word : slots) word = static_cast<std::uint32_t>(random_());
    for (int t = 0; t < residual_segments_; ++t)
      for (int i = 0; i < point_.macs; ++i)
        tb::set_field(slots, t * slot + i * 8, 8,
                      static_cast<std::uint64_t>(byte_of(residual_word_ + t, i)));
    // The bits past the last slot do not exist.
    const int spare = static_cast<int>(slots.size()) * 32 - point_.block_segments * slot;
    if (spare > 0) slots.back() &= 0xffffffffU >> spare;
    block_.poke("slots_i", slots);
  }
  static int byte_of(int word, int byte) { return (word * 7 + byte * 31 + word / 64) & 0xff; }

  void check_cycle(bool eager) {
    const bool valid = get("valid_o") != 0;
    if (eager && sending_) {
      ASSERT_TRUE(valid) << "a cycle is lost";
    }
    if (valid) check_segment();
    if (testing::Test::HasFatalFailure()) return;
    const bool releases = get("release_valid_o") != 0;
    ASSERT_EQ(releases, valid && entered_.releases);
    if (releases) {
      ASSERT_EQ(get("release_bits_o"), get("bank_o"));
      ASSERT_TRUE(eager || busy_[get("bank_o")]);
      busy_[get("bank_o")] = false;
    }
    ASSERT_EQ(get("done_o") != 0, done_due_);
    done_ += done_due_ ? 1 : 0;
    check_leaving(valid);
    if (testing::Test::HasFatalFailure()) return;

    // Reads for the next cycle.
    record_read_ =
        get("parameter_read_valid_o") != 0 ? static_cast<int>(get("parameter_read_bits_o")) : -1;
    residual_segments_ = 0;
    if (get("residual_read_valid_o") != 0) {
      const auto address = static_cast<int>(get("residual_read_bits_byte_address_o"));
      ASSERT_EQ(address % point_.macs, 0);
      ASSERT_EQ(get("residual_read_bits_raw_o"), 1U);
      ASSERT_EQ(get("residual_read_bits_stride_o"), 1U);
      ASSERT_EQ(get("residual_read_bits_span_o"), 1U);
      ASSERT_EQ(get("residual_read_bits_zero_o"), 0U);
      residual_word_ = address / point_.macs;
      residual_segments_ = static_cast<int>(get("residual_read_bits_segments_o"));
    }
  }

  void check_segment() {
    ASSERT_FALSE(expected_.empty());
    const Segment& s = entered_ = expected_.front();
    const Command& c = s.command;
    if (s.first_of_channel) {
      kept_record_ = record_shown_;
      ASSERT_EQ(record_read_, c.record + s.channel);
      const bool reads = c.residual && s.in_map;
      ASSERT_EQ(residual_segments_, reads ? s.block_segments : 0);
      if (reads) {
        ASSERT_EQ(residual_word_, s.residual_word);
      }
    }
    ASSERT_EQ(get("segment_o"), static_cast<std::uint64_t>(s.segment));
    ASSERT_EQ(get("channel_o"), static_cast<std::uint64_t>(s.channel));
    ASSERT_EQ(get("lanes_o"), static_cast<std::uint64_t>(s.lanes));
    ASSERT_EQ(get("record_o"), kept_record_);
    ASSERT_EQ(get("relu_o") != 0, c.relu);
    ASSERT_EQ(get("residual_o") != 0, c.residual);
    if (c.residual) {
      ASSERT_EQ(get("residual_relu_o") != 0, c.residual_relu);
      ASSERT_EQ(get("residual_shift_o"), static_cast<std::uint64_t>(c.residual_shift));
      ASSERT_EQ(get("own_multiplier_o"), static_cast<std::uint64_t>(c.own));
      ASSERT_EQ(get("residual_multiplier_o"), static_cast<std::uint64_t>(c.other));
      const Words data = block_.peek_words("residual_data_o");
      for (int i = 0; i < s.lanes; ++i)
        ASSERT_EQ(tb::get_field(data, i * 8, 8),
                  static_cast<std::uint64_t>(byte_of(s.residual_word, i)));
    }
    expected_.pop_front();
    sending_ = !s.last;
  }

  /// Words leave the stage `latency` cycles after they entered it.
  void check_leaving(bool valid) {
    leaving_.push_back({valid, entered_});
    const auto delayed = [&](int cycles) {
      const int index = static_cast<int>(leaving_.size()) - 1 - cycles;
      return index < 0 ? Leaving{} : leaving_[static_cast<std::size_t>(index)];
    };
    const Leaving ahead = delayed(rtl::OutputStage::latency - 2);
    ASSERT_EQ(get("hold_o") != 0, ahead.valid && ahead.segment.command.to_input);
    const Leaving out = delayed(rtl::OutputStage::latency);
    const Command& c = out.segment.command;
    ASSERT_EQ(get("output_write_valid_o") != 0, out.valid && c.to_output);
    ASSERT_EQ(get("local_write_valid_o") != 0, out.valid && c.to_input);
    ASSERT_EQ(get("outputs_o"), static_cast<std::uint64_t>(out.valid ? out.segment.lanes : 0));
    ASSERT_EQ(get("residual_outputs_o"),
              static_cast<std::uint64_t>(out.valid && c.residual ? out.segment.lanes : 0));
    if (out.valid && c.to_output) {
      ASSERT_EQ(get("output_write_bits_o"), static_cast<std::uint64_t>(out.segment.output_word));
    }
    if (out.valid && c.to_input) {
      ASSERT_EQ(get("local_write_bits_o"), static_cast<std::uint64_t>(out.segment.local_word));
      ASSERT_EQ(get("local_flag_o"), static_cast<std::uint64_t>(out.segment.flag));
      ASSERT_EQ(get("first_of_row_o") != 0, out.segment.first_of_row);
    }
    done_due_ = out.valid && out.segment.last;
    if (leaving_.size() > rtl::OutputStage::latency) leaving_.pop_front();
    if (std::none_of(leaving_.begin(), leaving_.end(), [](const auto& l) { return l.valid; }))
      leaving_.clear();
  }

  struct Leaving {
    bool valid = false;
    Segment segment{};
  };

  const design::DesignPoint point_;
  tb::Block block_;
  std::mt19937_64 random_{8};
  std::vector<Command> commands_;
  std::deque<Segment> expected_;
  std::deque<Leaving> leaving_;
  Segment entered_{};
  std::size_t offered_ = 0;
  int blocks_to_come_ = 0, bank_ = 0, done_ = 0;
  bool busy_[2] = {false, false};
  bool command_stands_ = false, sending_ = false, done_due_ = false;
  int record_read_ = -1, residual_word_ = 0, residual_segments_ = 0;
  std::uint64_t record_shown_ = 0, kept_record_ = 0;
};

struct Shape {
  int macs, block_segments, slices, max_stride;
};

class Drains : public testing::TestWithParam<Shape> {
 protected:
  static design::DesignPoint point() {
    design::DesignPoint point;
    point.macs = GetParam().macs;
    point.block_segments = GetParam().block_segments;
    point.slices = GetParam().slices;
    point.max_stride = GetParam().max_stride;
    design::validate(point);
    return point;
  }
};

TEST_P(Drains, WriteEveryWordToItsPlace) {
  Drain(point()).run(60, false);
}

TEST_P(Drains, LoseNoCycle) {
  Drain(point()).run(60, true);
}

INSTANTIATE_TEST_SUITE_P(Designs, Drains,
                         testing::Values(Shape{4, 4, 3, 2}, Shape{2, 1, 4, 1}, Shape{8, 8, 2, 2},
                                         Shape{16, 2, 1, 3}),
                         [](const auto& given) {
                           return "F" + std::to_string(given.param.macs) + "T" +
                                  std::to_string(given.param.block_segments);
                         });

}  // namespace
}  // namespace sd::test
