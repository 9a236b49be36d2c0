// The input buffer: banks, rotation, slots, borders, and both ways of writing, against an array of
// bytes.
#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/compute/input_buffer.hpp"
#include "rtl/accelerator/compute_block.hpp"

namespace sd::test {
namespace {

using Words = std::vector<std::uint32_t>;

Words words_of(int bits) {
  return Words(static_cast<std::size_t>((bits + 31) / 32), 0);
}

/// A read as the compute unit makes it, and what it must give.
struct Read {
  int address, column, first_segment, segments, row_words, span, stride, columns;
  bool gather, zero, raw;
};

class Buffer {
 public:
  explicit Buffer(const design::DesignPoint& point)
      : point_(point),
        block_(fresh_block(hcl::elaborate<rtl::InputBuffer>(point))),
        memory_(static_cast<std::size_t>(point.input_words() * point.macs)) {}

  [[nodiscard]] int size() const { return static_cast<int>(memory_.size()); }
  [[nodiscard]] int uniform(int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random_);
  }
  [[nodiscard]] bool chance(int of) { return uniform(0, of - 1) == 0; }

  void fill() {
    for (int address = 0; address < size(); address += point_.axi_bytes()) {
      write_beat(address);
      block_.step();
    }
    block_.poke("write_valid_i", 0);
  }

  /// Window, gathered, raw or zero read, in the limits that the selector, the vector unit and the
  /// drain keep.
  Read random_read() {
    Read read{};
    read.stride = uniform(1, point_.max_stride);
    const int most = point_.beat_segments(read.stride);
    read.gather = chance(2);
    read.span = read.gather ? 1 : uniform(1, point_.columns);
    read.segments = uniform(1, most);
    read.first_segment = uniform(0, point_.block_segments / most - 1) * most;
    read.row_words = read.first_segment + uniform(read.segments, most);
    // Several rows in a block: the beat is all of them, and they follow each other in the buffer.
    const bool rows = read.stride == 1 && read.segments > 1 && chance(2);
    if (rows) read.row_words = uniform(1, std::min(read.segments - 1, point_.block_segments / 2));
    const int row_bytes = read.row_words * point_.macs;
    read.columns = rows ? uniform(1, row_bytes) : uniform(1, 3 * point_.beat_bytes());
    const int window = point_.window_bytes();
    read.column = rows ? uniform(-window, window) : uniform(-window, read.columns + window);
    const int row = uniform(0, size() - 1);
    read.address = ((row + read.column) % size() + size()) % size();
    read.raw = chance(6);
    if (read.raw) {
      read.gather = false;
      read.stride = read.span = 1;
      read.first_segment = 0;
      read.segments = uniform(1, point_.block_segments);
      read.address -= read.address % point_.macs;
    }
    read.zero = chance(7);
    return read;
  }

  /// Bytes of slot `t` that a lane may use, in order; -1 for those that it must not.
  std::vector<int> expected_slot(const Read& read, int t) const {
    const int place = t - read.first_segment, step = point_.macs * read.stride;
    const int first = read.column + place % read.row_words * step;
    std::vector<int> bytes;
    const int count = read.gather ? point_.macs : (point_.macs - 1) * read.stride + read.span;
    for (int i = 0; i < count; ++i) {
      const int at = read.gather ? i * read.stride : i, x = first + at;
      const bool inside = read.raw || (x >= 0 && x < read.columns);
      bytes.push_back(
          read.zero || !inside
              ? 0
              : memory_[static_cast<std::size_t>((read.address + place * step + at) % size())]);
    }
    return bytes;
  }

  void check(int trials) {
    for (int trial = 0; trial < trials; ++trial) {
      SCOPED_TRACE(trial);
      const Read read = random_read();
      poke(read);
      const int macs = point_.macs;
      const int last =
          read.address % macs + (read.segments * macs - 1) * read.stride + read.span - 1;
      ASSERT_EQ(block_.peek("words_read_o"),
                static_cast<std::uint64_t>(read.zero ? 0 : last / macs + 1));
      std::vector<std::vector<int>> expected;
      for (int k = 0; k < read.segments; ++k)
        expected.push_back(expected_slot(read, read.first_segment + k));
      // A write in the same cycle: this read gives the old bytes.
      const int writes = uniform(0, 4);
      if (writes == 0) write_beat(uniform(0, size() / point_.axi_bytes() - 1) * point_.axi_bytes());
      if (writes == 1) write_word(uniform(0, size() / macs - 1));
      block_.step();
      block_.poke("write_valid_i", 0);
      block_.poke("local_valid_i", 0);
      block_.poke("read_valid_i", 0);
      for (int hold = uniform(0, 2); hold >= 0; --hold) {
        const Words slots = block_.peek_words("slots_o");
        for (int k = 0; k < read.segments; ++k) {
          const int t = read.first_segment + k;
          const auto& bytes = expected[static_cast<std::size_t>(k)];
          for (int i = 0; i < static_cast<int>(bytes.size()); ++i)
            ASSERT_EQ(tb::get_field(slots, t * rtl::slot_bits(point_) + i * 8, 8),
                      static_cast<std::uint64_t>(bytes[static_cast<std::size_t>(i)]))
                << "segment " << t << ", byte " << i << ", stride " << read.stride << ", column "
                << read.column << " of " << read.columns << ", row words " << read.row_words;
        }
        block_.step();
      }
    }
  }

  void poke(const Read& read) {
    block_.poke("read_valid_i", 1);
    block_.poke("read_bits_byte_address_i", static_cast<std::uint64_t>(read.address));
    block_.poke_signed("read_bits_column_i", read.column);
    block_.poke("read_bits_first_segment_i", static_cast<std::uint64_t>(read.first_segment));
    block_.poke("read_bits_segments_i", static_cast<std::uint64_t>(read.segments));
    block_.poke("read_bits_row_words_i",
                static_cast<std::uint64_t>(std::min(read.row_words, point_.block_segments)));
    block_.poke("read_bits_span_i", static_cast<std::uint64_t>(read.span));
    block_.poke("read_bits_stride_i", static_cast<std::uint64_t>(read.stride));
    block_.poke("read_bits_columns_i", static_cast<std::uint64_t>(read.columns));
    block_.poke("read_bits_gather_i", read.gather);
    block_.poke("read_bits_zero_i", read.zero);
    block_.poke("read_bits_raw_i", read.raw);
  }
  void write_beat(int address) {
    const Words data = random_bytes(address, point_.axi_bytes());
    block_.poke("write_valid_i", 1);
    block_.poke("write_bits_byte_address_i", static_cast<std::uint64_t>(address));
    block_.poke("write_bits_data_i", data);
  }
  void write_word(int word) {
    const Words data = random_bytes(word * point_.macs, point_.macs);
    block_.poke("local_valid_i", 1);
    block_.poke("local_bits_word_i", static_cast<std::uint64_t>(word));
    block_.poke("local_bits_data_i", data);
  }
  tb::Block& block() { return block_; }

 private:
  Words random_bytes(int address, int count) {
    Words data = words_of(count * 8);
    for (int i = 0; i < count; ++i) {
      memory_[static_cast<std::size_t>(address + i)] = static_cast<std::uint8_t>(random_());
      tb::set_field(data, i * 8, 8, memory_[static_cast<std::size_t>(address + i)]);
    }
    return data;
  }

  const design::DesignPoint point_;
  tb::Block block_;
  std::mt19937_64 random_{5};
  std::vector<std::uint8_t> memory_;
};

struct Shape {
  int macs, block_segments, max_stride, columns, axi_data_bits, lines;
};

class InputBuffers : public testing::TestWithParam<Shape> {};

design::DesignPoint design_of(const Shape& shape) {
  design::DesignPoint point;
  point.macs = shape.macs;
  point.block_segments = shape.block_segments;
  point.max_stride = shape.max_stride;
  point.columns = shape.columns;
  point.axi_data_bits = shape.axi_data_bits;
  point.input_buffer_bytes =
      shape.lines * std::max(point.input_banks() * point.macs, point.row_align_bytes());
  design::validate(point);
  return point;
}

TEST_P(InputBuffers, GivesEveryBeat) {
  Buffer buffer(design_of(GetParam()));
  buffer.fill();
  buffer.check(2500);
}

// Lines of banks that are no power of two, words narrower and wider than a beat, every number of
// segments.
INSTANTIATE_TEST_SUITE_P(Designs, InputBuffers,
                         testing::Values(Shape{2, 1, 1, 2, 64, 33}, Shape{2, 8, 2, 3, 128, 8},
                                         Shape{4, 2, 3, 5, 128, 9}, Shape{8, 4, 2, 3, 64, 8},
                                         Shape{16, 4, 3, 7, 64, 3}, Shape{16, 8, 1, 4, 128, 2}),
                         [](const auto& given) {
                           return "F" + std::to_string(given.param.macs) + "T" +
                                  std::to_string(given.param.block_segments) + "Stride" +
                                  std::to_string(given.param.max_stride);
                         });

TEST(InputBuffer, TwoWritersInOneCycleAreTold) {
  Buffer buffer(design_of({4, 2, 1, 3, 64, 16}));
  buffer.write_beat(0);
  buffer.write_word(1);
  try {
    buffer.block().step();
    FAIL() << "no assertion failed";
  } catch (const tb::AssertionFailure& failure) {
    EXPECT_THAT(failure.assertion(), testing::HasSubstr("one_writer"));
  }
}

TEST(InputBuffer, ABeatOfTooManySegmentsIsTold) {
  Buffer buffer(design_of({4, 4, 2, 3, 64, 16}));
  buffer.poke(Read{0, 0, 0, 4, 4, 1, 2, 16, false, false, false});
  try {
    buffer.block().step();
    FAIL() << "no assertion failed";
  } catch (const tb::AssertionFailure& failure) {
    EXPECT_THAT(failure.assertion(), testing::HasSubstr("beat"));
  }
}

}  // namespace
}  // namespace sd::test
