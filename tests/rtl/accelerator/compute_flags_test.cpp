// Zero flags in banks, against an array of bits.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "rtl/accelerator/compute/zero_flags.hpp"
#include "rtl/accelerator/compute_block.hpp"

namespace sd::test {
namespace {

void check_flags(const design::DesignPoint& point) {
  design::validate(point);
  tb::Block block = fresh_block(hcl::elaborate<rtl::ZeroFlags>(point));
  std::mt19937_64 random(9);
  const auto uniform = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  const int count = point.zero_flags(), together = point.block_segments;
  std::vector<bool> flags(static_cast<std::size_t>(count));
  const auto write = [&](const std::string& port, int number, bool nonzero) {
    block.poke(port + "_valid_i", 1);
    block.poke(port + "_bits_number_i", static_cast<std::uint64_t>(number));
    block.poke(port + "_bits_nonzero_i", nonzero);
    flags[static_cast<std::size_t>(number)] = nonzero;
  };
  for (int i = 0; i < count; ++i) {
    write("write", i, uniform(0, 1) == 1);
    block.step();
  }
  block.poke("write_valid_i", 0);
  for (int trial = 0; trial < 2000; ++trial) {
    const int first = uniform(0, count - 1), held = std::min(together, count - first);
    block.poke("read_valid_i", 1);
    block.poke("read_bits_i", static_cast<std::uint64_t>(first));
    const std::vector<bool> expected(flags.begin() + first, flags.begin() + first + held);
    // A write in the same cycle, by a load or by a result: this read gives the old flag.
    const int writer = uniform(0, 2), number = uniform(0, count - 1);
    if (writer < 2) write(writer == 0 ? "write" : "local", number, uniform(0, 1) == 1);
    block.step();
    block.poke("read_valid_i", 0);
    block.poke("write_valid_i", 0);
    block.poke("local_valid_i", 0);
    for (int hold = uniform(0, 2); hold >= 0; --hold) {
      const std::uint64_t shown = block.peek("flags_o");
      for (int i = 0; i < held; ++i)
        ASSERT_EQ((shown >> i & 1) != 0, expected[static_cast<std::size_t>(i)])
            << "trial " << trial << ", flag " << first + i;
      block.step();
    }
  }
}

TEST(ZeroFlags, OneBank) {
  design::DesignPoint point;
  point.block_segments = 1;
  point.input_buffer_bytes = 640;
  check_flags(point);
}

TEST(ZeroFlags, FourBanksAndANumberOfLinesThatIsNoPowerOfTwo) {
  design::DesignPoint point;
  point.input_buffer_bytes = 64 * 11;
  check_flags(point);
}

TEST(ZeroFlags, FourBanksOfManyLines) {
  design::DesignPoint point;
  point.macs = 4;
  point.input_buffer_bytes = 4096;
  check_flags(point);
}

TEST(ZeroFlags, EightBanksOfTwoLines) {
  design::DesignPoint point;
  point.macs = 2;
  point.block_segments = 8;
  point.axi_data_bits = 128;
  point.input_buffer_bytes = 256;
  check_flags(point);
}

}  // namespace
}  // namespace sd::test
