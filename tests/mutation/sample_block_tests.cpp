// The tests of the sample block: a program of its own, which the mutation check runs.
#include <gtest/gtest.h>

#include "mutation/sample_block.hpp"
#include "verilator_tb/block.hpp"

namespace sd::mutation::test {
namespace {

TEST(SampleBlock, Adds) {
  tb::Block block(hcl::elaborate<SampleBlock>());
  block.reset();
  EXPECT_EQ(block.peek("sum_o"), 0U);
  block.poke("a_i", 9);
  block.poke("b_i", 8);
  block.step();
  EXPECT_EQ(block.peek("sum_o"), 0U);
  block.poke("start_i", 1);
  block.step();
  EXPECT_EQ(block.peek("sum_o"), 17U);
  EXPECT_EQ(block.peek("same_o"), 9U);
}

TEST(SampleBlock, BuildsNothing) {
  SUCCEED();
}

}  // namespace
}  // namespace sd::mutation::test
