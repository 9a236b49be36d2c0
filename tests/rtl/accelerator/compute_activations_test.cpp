// The way of an activation: input buffer (banks, rotation, borders) and segment register (steps).
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/compute/input_buffer.hpp"
#include "rtl/accelerator/compute/segment_register.hpp"
#include "rtl/accelerator/compute_block.hpp"

namespace sd::test {
namespace {

using Words = std::vector<std::uint32_t>;

Words words_of(int bits) {
  return Words(static_cast<std::size_t>((bits + 31) / 32), 0);
}

void check_buffer(const design::DesignPoint& point) {
  design::validate(point);
  tb::Block block = fresh_block(hcl::elaborate<rtl::InputBuffer>(point));
  std::mt19937_64 random(5);
  const auto uniform = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  const int size = point.input_words() * point.macs, beat = point.axi_bytes(),
            window = rtl::window_bytes(point);
  std::vector<std::uint8_t> memory(static_cast<std::size_t>(size));
  const auto write = [&](int address) {
    Words data = words_of(beat * 8);
    for (int i = 0; i < beat; ++i) {
      memory[static_cast<std::size_t>(address + i)] = static_cast<std::uint8_t>(random());
      tb::set_field(data, i * 8, 8, memory[static_cast<std::size_t>(address + i)]);
    }
    block.poke("write_valid_i", 1);
    block.poke("write_bits_byte_address_i", static_cast<std::uint64_t>(address));
    block.poke("write_bits_data_i", data);
  };
  for (int address = 0; address < size; address += beat) {
    write(address);
    block.step();
  }
  block.poke("write_valid_i", 0);

  for (int trial = 0; trial < 3000; ++trial) {
    // Rows may start anywhere; the first byte lies up to a window before or behind what is valid.
    const int columns = uniform(1, 3 * window), row = uniform(0, size - columns),
              column = uniform(-window, columns + window);
    const int stride = uniform(1, point.max_stride);
    const bool zero = uniform(0, 7) == 0, pointwise = uniform(0, 1) == 1;
    const int start = ((row + column) % size + size) % size;
    block.poke("read_valid_i", 1);
    block.poke("read_bits_byte_address_i", static_cast<std::uint64_t>(start));
    block.poke_signed("read_bits_column_i", column);
    block.poke("read_bits_zero_i", zero);
    block.poke("columns_i", static_cast<std::uint64_t>(columns));
    block.poke("stride_i", static_cast<std::uint64_t>(stride));
    block.poke("pointwise_i", pointwise);
    std::vector<int> expected;
    for (int i = 0; i < (pointwise ? point.macs : window); ++i) {
      const int at = pointwise ? i * stride : i, x = column + at;
      expected.push_back(zero || x < 0 || x >= columns
                             ? 0
                             : memory[static_cast<std::size_t>((start + at) % size)]);
    }
    // A write in the same cycle: this read gives the old bytes.
    const bool writes = uniform(0, 3) == 0;
    if (writes) write(uniform(0, size / beat - 1) * beat);
    block.step();
    block.poke("write_valid_i", 0);
    block.poke("read_valid_i", 0);
    for (int hold = uniform(0, 2); hold >= 0; --hold) {
      const Words segment = block.peek_words("segment_o");
      for (std::size_t i = 0; i < expected.size(); ++i)
        ASSERT_EQ(tb::get_field(segment, static_cast<int>(i) * 8, 8),
                  static_cast<std::uint64_t>(expected[i]))
            << "trial " << trial << ", byte " << i << " of column " << column << " of " << columns;
      block.step();
    }
  }
}

TEST(InputBuffer, BeatsOfSeveralWords) {
  design::DesignPoint point;
  point.macs = 4;
  point.input_buffer_bytes = 320;  // a number of lines that is no power of two
  point.axi_data_bits = 128;
  check_buffer(point);
}

TEST(InputBuffer, BeatsOfAPartOfAWord) {
  design::DesignPoint point;
  point.macs = 16;
  point.max_stride = 3;
  point.columns = 5;
  point.input_buffer_bytes = 1024;
  check_buffer(point);
}

void check_segments(const design::DesignPoint& point) {
  tb::Block block = fresh_block(hcl::elaborate<rtl::SegmentRegister>(point));
  std::mt19937_64 random(6);
  const auto uniform = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  const int window = rtl::window_bytes(point), macs = point.macs;
  for (int trial = 0; trial < 500; ++trial) {
    const bool pointwise = uniform(0, 1) == 1;
    const int stride = uniform(1, point.max_stride), steps = uniform(1, point.columns),
              pieces = pointwise ? steps : 1;
    std::vector<std::vector<int>> bytes;
    block.poke("pointwise_i", pointwise);
    block.poke("stride_i", static_cast<std::uint64_t>(stride));
    for (int piece = 0; piece < pieces; ++piece) {
      Words segment = words_of(window * 8);
      bytes.emplace_back();
      for (int i = 0; i < window; ++i) {
        bytes.back().push_back(uniform(0, 255));
        tb::set_field(segment, i * 8, 8, static_cast<std::uint64_t>(bytes.back().back()));
      }
      block.poke("segment_i", segment);
      block.poke("chunk_i", static_cast<std::uint64_t>(piece));
      block.poke("load_i", 1);
      block.step();
    }
    block.poke("load_i", 0);
    block.poke("start_i", 1);
    block.step();
    block.poke("start_i", 0);
    for (int step = 0; step < steps; ++step) {
      for (int lane = 0; lane < macs; ++lane)
        ASSERT_EQ(
            block.peek("taps_" + std::to_string(lane) + "_o"),
            static_cast<std::uint64_t>(
                pointwise ? bytes[static_cast<std::size_t>(step)][static_cast<std::size_t>(lane)]
                          : bytes[0][static_cast<std::size_t>(lane * stride + step)]))
            << "trial " << trial << ", step " << step << ", lane " << lane;
      if (uniform(0, 2) == 0) block.step();  // a step may take more than a cycle
      block.poke("move_i", 1);
      block.step();
      block.poke("move_i", 0);
    }
  }
}

TEST(SegmentRegister, ChunksLongerThanTheWindow) {
  design::DesignPoint point;
  point.macs = 4;
  check_segments(point);
}

TEST(SegmentRegister, WindowLongerThanTheChunks) {
  design::DesignPoint point;
  point.macs = 4;
  point.max_stride = 5;
  point.columns = 2;
  check_segments(point);
}

}  // namespace
}  // namespace sd::test
