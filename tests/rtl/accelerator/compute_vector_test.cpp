// The vector unit against nested loops over every tap: sums, places, counts, and its cycles.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/compute/output_stage.hpp"
#include "rtl/accelerator/compute/vector_unit.hpp"
#include "rtl/accelerator/compute_block.hpp"

namespace sd::test {
namespace {

using Words = std::vector<std::uint32_t>;

struct Command {
  int channels, tile_rows, input_pitch, input_columns, input_word, input_channel_words;
  int rows, columns, pitch, first_row, pad_left, stride_x, stride_y, window_rows, window_columns;
  int second_word, second_channel_words;
  int first_multiplier, second_multiplier, output_multiplier, output_shift;
  bool maximum, two_operands, across, relu, to_output, to_input;
  int output_word, output_channel_words, local_word, local_channel_words, local_flag, local_rows;
};

/// What one segment must show when it enters the output stage, and later when its word leaves.
struct Segment {
  std::vector<std::int64_t> sums;  ///< of its valid lanes
  int output_word, local_word, flag;
  bool first_of_row;
};

struct Totals {
  std::int64_t operations = 0, words = 0, cycles = 0;
  friend bool operator==(const Totals&, const Totals&) = default;
};

class Vectors {
 public:
  explicit Vectors(const design::DesignPoint& point)
      : point_(point),
        block_(fresh_block(hcl::elaborate<rtl::VectorUnit>(point))),
        memory_(static_cast<std::size_t>(point.input_words() * point.macs)) {
    for (auto& byte : memory_) byte = static_cast<std::int8_t>(random_());
  }

  void run(int commands) {
    for (int i = 0; i < commands; ++i) {
      SCOPED_TRACE("command " + std::to_string(i));
      command_ = random_command();
      expect();
      const Totals expected = expected_totals();
      totals_ = {};
      poke_command();
      set("command_valid_i", 1);
      ASSERT_EQ(get("command_ready_o"), 1U);
      bool done = false;
      for (; !done; ++totals_.cycles) {
        ASSERT_LT(totals_.cycles, 100000);
        done = check_cycle();
        if (testing::Test::HasFatalFailure()) return;
        block_.step();
        set("command_valid_i", 0);
      }
      ASSERT_TRUE(expected_.empty());
      ASSERT_EQ(totals_.operations, expected.operations);
      ASSERT_EQ(totals_.words, expected.words);
      ASSERT_EQ(totals_.cycles, expected.cycles);
    }
  }

 private:
  int uniform(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  bool chance(int of) { return uniform(0, of - 1) == 0; }
  std::uint64_t get(const std::string& port) { return block_.peek(port); }
  void set(const std::string& port, std::int64_t value) {
    block_.poke(port, static_cast<std::uint64_t>(value));
  }

  Command random_command() {
    const int macs = point_.macs;
    Command c{};
    c.channels = uniform(1, 3);
    c.maximum = chance(3);
    c.across = chance(4);
    c.two_operands = chance(3);
    c.rows = uniform(1, 4);
    c.pitch = uniform(1, 3);
    c.columns = c.across ? 1 : chance(3) ? c.pitch * macs : uniform(1, c.pitch * macs);
    c.tile_rows = uniform(1, 8);
    const bool plain = c.two_operands && chance(2);
    c.input_pitch = plain ? c.pitch : uniform(1, 5);
    c.input_columns = uniform(1, c.input_pitch * macs);
    c.first_row = plain ? 0 : uniform(-3, 4);
    c.pad_left = plain ? 0 : uniform(0, chance(3) ? 15 : 5);  // now and then windows outside
    c.stride_x = plain ? 1 : uniform(1, point_.max_stride);
    c.stride_y = plain ? 1 : uniform(1, point_.max_stride);
    c.window_rows = plain ? 1 : uniform(1, 4);
    c.window_columns = plain ? 1 : c.across ? uniform(1, 4 * macs) : uniform(1, 5);
    const auto place = [&](int words, int map, int& word, int& channel_words) {
      channel_words = map + uniform(0, 3);
      word = uniform(0, words - (c.channels - 1) * channel_words - map);
    };
    const int map = c.rows * c.pitch;
    place(point_.input_words(), c.tile_rows * c.input_pitch, c.input_word, c.input_channel_words);
    place(point_.input_words(), map, c.second_word, c.second_channel_words);
    place(point_.output_words(), map, c.output_word, c.output_channel_words);
    place(point_.input_words(), map, c.local_word, c.local_channel_words);
    c.local_rows = c.rows + uniform(0, 2);
    c.local_flag = uniform(0, point_.zero_flags() - (c.channels - 1) * c.local_rows - c.rows);
    const auto multiplier = [&] { return chance(4) ? (chance(2) ? 32767 : 0) : uniform(0, 32767); };
    c.first_multiplier = multiplier();
    c.second_multiplier = multiplier();
    c.output_multiplier = multiplier();
    c.output_shift = uniform(0, 47);
    c.relu = chance(2);
    c.to_output = chance(2);
    c.to_input = !c.to_output || chance(2);
    return c;
  }

  [[nodiscard]] int byte_at(int address) const {
    const auto size = static_cast<int>(memory_.size());
    return memory_[static_cast<std::size_t>((address % size + size) % size)];
  }

  /// Tap (i, j) of an output pixel, if it is there.
  [[nodiscard]] std::optional<int> tap(int channel, int y, int x, int i, int j) const {
    const Command& c = command_;
    const int row = c.first_row + y * c.stride_y + i, column = x * c.stride_x - c.pad_left + j;
    if (row < 0 || row >= c.tile_rows || column < 0 || column >= c.input_columns) return {};
    return byte_at((c.input_word + channel * c.input_channel_words + row * c.input_pitch) *
                       point_.macs +
                   column);
  }

  void expect() {
    const Command& c = command_;
    for (int channel = 0; channel < c.channels; ++channel)
      for (int y = 0; y < c.rows; ++y)
        for (int word = 0; word < c.pitch; ++word) {
          Segment s{};
          const int at = y * c.pitch + word;
          for (int x = word * point_.macs; x < std::min((word + 1) * point_.macs, c.columns); ++x) {
            std::int64_t sum = 0, largest = -128;
            for (int i = 0; i < c.window_rows; ++i)
              for (int j = 0; j < c.window_columns; ++j)
                if (const auto value = tap(channel, y, x, i, j)) {
                  sum += *value;
                  largest = std::max<std::int64_t>(largest, *value);
                }
            sum = c.maximum ? largest : sum * c.first_multiplier;
            if (c.two_operands)
              sum +=
                  std::int64_t{byte_at(
                      (c.second_word + channel * c.second_channel_words + at - word) * point_.macs +
                      x)} *
                  c.second_multiplier;
            s.sums.push_back(sum);
          }
          s.output_word = c.output_word + channel * c.output_channel_words + at;
          s.local_word = c.local_word + channel * c.local_channel_words + at;
          s.flag = c.local_flag + channel * c.local_rows + y;
          s.first_of_row = word == 0;
          expected_.push_back(s);
        }
  }

  /// Counters 8 and 24 by their definitions, and a cycle for each tap, for each window row that is
  /// not in the tile, and for each segment without pixels.
  [[nodiscard]] Totals expected_totals() const {
    const Command& c = command_;
    const int macs = point_.macs;
    Totals t;
    for (int y = 0; y < c.rows; ++y)
      for (int word = 0; word < c.pitch; ++word) {
        const int lanes = std::clamp(c.columns - word * macs, 0, macs);
        if (lanes == 0) {
          ++t.cycles;
          continue;
        }
        for (int i = 0; i < c.window_rows; ++i) {
          const int row = c.first_row + y * c.stride_y + i;
          if (row < 0 || row >= c.tile_rows) {
            ++t.cycles;
            continue;
          }
          const int stride = c.across ? 1 : c.stride_x;
          for (int j = 0; j < c.window_columns; j += c.across ? macs : 1) {
            ++t.cycles;
            const int first = word * macs * c.stride_x - c.pad_left + j + 64 * macs;
            t.words += (first + (macs - 1) * stride) / macs - first / macs + 1;
          }
          for (int x = word * macs; x < word * macs + lanes; ++x)
            for (int j = 0; j < c.window_columns; ++j) t.operations += tap(0, y, x, i, j) ? 1 : 0;
        }
        if (c.two_operands) {
          ++t.cycles;
          ++t.words;
          t.operations += lanes;
        }
      }
    t.operations *= c.channels;
    t.words *= c.channels;
    // Before the first read, from the last one to the word, and done.
    t.cycles = t.cycles * c.channels + 3 + 2 + rtl::OutputStage::latency + 2;
    return t;
  }

  void poke_command() {
    const Command& c = command_;
    const auto field = [&](const std::string& name, std::int64_t value) {
      set("command_bits_" + name + "_i", value);
    };
    field("input_word", c.input_word);
    field("input_channel_words", c.input_channel_words);
    field("second_word", c.second_word);
    field("second_channel_words", c.second_channel_words);
    field("channels", c.channels);
    field("input_pitch", c.input_pitch);
    field("tile_rows", c.tile_rows);
    block_.poke_signed("command_bits_first_row_i", c.first_row);
    field("input_columns", c.input_columns);
    field("output_rows", c.rows);
    field("output_columns", c.columns);
    field("output_pitch", c.pitch);
    field("pad_left", c.pad_left);
    field("stride_x", c.stride_x);
    field("stride_y", c.stride_y);
    field("window_rows", c.window_rows);
    field("window_columns", c.window_columns);
    field("first_multiplier", c.first_multiplier);
    field("second_multiplier", c.second_multiplier);
    field("output_multiplier", c.output_multiplier);
    field("output_shift", c.output_shift);
    field("maximum", c.maximum);
    field("two_operands", c.two_operands);
    field("across", c.across);
    field("relu", c.relu);
    field("destination_to_output", c.to_output);
    field("destination_to_input", c.to_input);
    field("destination_output_word", c.output_word);
    field("destination_output_channel_words", c.output_channel_words);
    field("destination_local_word", c.local_word);
    field("destination_local_channel_words", c.local_channel_words);
    field("destination_local_flag", c.local_flag);
    field("destination_local_rows", c.local_rows);
  }

  /// True in the cycle of `done`.
  bool check_cycle() {
    answer_read();
    totals_.operations += static_cast<std::int64_t>(get("operations_o"));
    const bool valid = get("valid_o") != 0;
    leaving_.emplace_back();
    if (valid) {
      check_segment();
      if (testing::Test::HasFatalFailure()) return false;
      leaving_.back() = expected_.front();
      expected_.pop_front();
    }
    const auto delayed = [&](int cycles) {
      const int index = static_cast<int>(leaving_.size()) - 1 - cycles;
      return index < 0 ? std::nullopt : leaving_[static_cast<std::size_t>(index)];
    };
    EXPECT_EQ(get("hold_o") != 0,
              delayed(rtl::OutputStage::latency - 2).has_value() && command_.to_input);
    const auto out = delayed(rtl::OutputStage::latency);
    EXPECT_EQ(get("output_write_valid_o") != 0, out && command_.to_output);
    EXPECT_EQ(get("local_write_valid_o") != 0, out && command_.to_input);
    EXPECT_EQ(get("outputs_o"), out ? out->sums.size() : 0U);
    if (out && command_.to_output) {
      EXPECT_EQ(get("output_write_bits_o"), static_cast<std::uint64_t>(out->output_word));
    }
    if (out && command_.to_input) {
      EXPECT_EQ(get("local_write_bits_o"), static_cast<std::uint64_t>(out->local_word));
      EXPECT_EQ(get("local_flag_o"), static_cast<std::uint64_t>(out->flag));
      EXPECT_EQ(get("first_of_row_o") != 0, out->first_of_row);
    }
    const bool done_due = last_word_left_;
    last_word_left_ = out && expected_.empty() &&
                      std::none_of(leaving_.end() - rtl::OutputStage::latency, leaving_.end(),
                                   [](const auto& l) { return l.has_value(); });
    EXPECT_EQ(get("done_o") != 0, done_due);
    if (leaving_.size() > 2 * rtl::OutputStage::latency) leaving_.pop_front();
    return get("done_o") != 0;
  }

  /// The slot, as input_buffer.hpp says, of the read in the cycle before; then this cycle's read.
  void answer_read() {
    if (slot_) block_.poke("slot_i", *slot_);
    slot_.reset();
    if (get("input_read_valid_o") == 0) return;
    const int macs = point_.macs;
    const auto address = static_cast<int>(get("input_read_bits_byte_address_o"));
    const auto column = static_cast<int>(block_.peek_signed("input_read_bits_column_o"));
    const auto stride = static_cast<int>(get("input_read_bits_stride_o"));
    const auto columns = static_cast<int>(get("input_read_bits_columns_o"));
    const bool raw = get("input_read_bits_raw_o") != 0;
    EXPECT_EQ(get("input_read_bits_gather_o") != 0, !raw);
    EXPECT_EQ(get("input_read_bits_segments_o"), 1U);
    EXPECT_EQ(get("input_read_bits_first_segment_o"), 0U);
    EXPECT_EQ(get("input_read_bits_span_o"), 1U);
    EXPECT_EQ(get("input_read_bits_zero_o"), 0U);
    const int bits = rtl::slot_bits(point_);
    Words slot(static_cast<std::size_t>((bits + 31) / 32));
    for (int lane = 0; lane < macs; ++lane) {
      const int at = raw ? lane : lane * stride, x = column + at;
      const bool inside = raw || (x >= 0 && x < columns);
      tb::set_field(slot, lane * 8, 8,
                    static_cast<std::uint8_t>(inside ? byte_at(address + at) : 0));
    }
    slot_ = slot;
    totals_.words += (address % macs + (macs - 1) * stride) / macs + 1;
  }

  void check_segment() {
    ASSERT_FALSE(expected_.empty());
    const Segment& s = expected_.front();
    ASSERT_EQ(get("lanes_o"), s.sums.size());
    for (std::size_t lane = 0; lane < s.sums.size(); ++lane)
      ASSERT_EQ(block_.peek_signed("sums_" + std::to_string(lane) + "_o"), s.sums[lane])
          << "lane " << lane;
    ASSERT_EQ(get("relu_o") != 0, command_.relu);
    ASSERT_EQ(get("record_o"), static_cast<std::uint64_t>(command_.output_multiplier) << 32 |
                                   static_cast<std::uint64_t>(command_.output_shift) << 48);
  }

  const design::DesignPoint point_;
  tb::Block block_;
  std::mt19937_64 random_{11};
  std::vector<std::int8_t> memory_;
  Command command_{};
  std::deque<Segment> expected_;
  std::deque<std::optional<Segment>> leaving_;
  std::optional<Words> slot_;
  Totals totals_;
  bool last_word_left_ = false;
};

struct Shape {
  int macs, max_stride, columns;
};

class VectorUnits : public testing::TestWithParam<Shape> {};

TEST_P(VectorUnits, EqualTheLoops) {
  design::DesignPoint point;
  point.macs = GetParam().macs;
  point.max_stride = GetParam().max_stride;
  point.columns = GetParam().columns;
  point.input_buffer_bytes = 4096;
  design::validate(point);
  Vectors(point).run(250);
}

INSTANTIATE_TEST_SUITE_P(Designs, VectorUnits,
                         testing::Values(Shape{2, 1, 2}, Shape{4, 2, 3}, Shape{4, 3, 3},
                                         Shape{8, 2, 3}, Shape{16, 2, 7}),
                         [](const auto& given) {
                           return "F" + std::to_string(given.param.macs) + "Stride" +
                                  std::to_string(given.param.max_stride);
                         });

}  // namespace
}  // namespace sd::test
