// examples/hcl: short, clean for both tools, equal to their netlists, and right in the simulator.
#include <gmock/gmock.h>

#include <deque>
#include <fstream>
#include <numeric>
#include <random>

#include "examples/hcl/fifo.hpp"
#include "examples/hcl/fir.hpp"
#include "examples/hcl/gcd.hpp"
#include "support/netlist_compare.hpp"
#include "verilator_tb/block.hpp"

namespace hcl::test {
namespace {

const std::vector<int> coefficients = {-3, 12, 40, 12, -3};

/// Lines that are neither empty nor a comment.
int lines_of_code(const std::string& file) {
  std::ifstream in(std::string(SD_SOURCE_DIR) + "/examples/hcl/" + file);
  int lines = 0;
  for (std::string line; std::getline(in, line);) {
    const std::size_t start = line.find_first_not_of(' ');
    if (start != std::string::npos && line.compare(start, 2, "//") != 0) ++lines;
  }
  return lines;
}

void expect_clean(const Design& design) {
  EXPECT_EQ(sd::test::lint(design), "");
  sd::test::NetlistCompareOptions options;
  options.cycles = 1000;
  const auto result = sd::test::compare_with_netlist(design, options);
  EXPECT_THAT(result.differences, ::testing::IsEmpty());
}

TEST(Examples, HaveLessThanFortyLines) {
  for (const char* file : {"fifo.hpp", "gcd.hpp", "fir.hpp"}) {
    EXPECT_LT(lines_of_code(file), 40) << file;
    EXPECT_GT(lines_of_code(file), 10) << file << " is not found";
  }
}

TEST(Examples, TheQueueKeepsItsOrder) {
  const Design design = elaborate<examples::Fifo>(8, 6);
  expect_clean(design);
  sd::tb::Block fifo(design);
  fifo.reset();
  std::mt19937 random(1);
  std::deque<std::uint64_t> model;
  bool was_full = false;
  for (int cycle = 0; cycle < 2000; ++cycle) {
    // Phases that fill it and phases that empty it.
    const bool push = random() % 8 < (cycle / 100 % 2 == 0 ? 6U : 2U);
    const bool pop = random() % 8 < (cycle / 100 % 2 == 0 ? 2U : 6U);
    const std::uint64_t word = random() % 256;
    fifo.poke("in_valid_i", push ? 1 : 0);
    fifo.poke("in_bits_i", word);
    fifo.poke("out_ready_i", pop ? 1 : 0);
    ASSERT_EQ(fifo.peek("in_ready_o"), model.size() < 6 ? 1U : 0U) << cycle;
    ASSERT_EQ(fifo.peek("out_valid_o"), model.empty() ? 0U : 1U) << cycle;
    if (!model.empty()) ASSERT_EQ(fifo.peek("out_bits_o"), model.front()) << cycle;
    was_full = was_full || model.size() == 6;
    const bool takes = push && model.size() < 6, gives = pop && !model.empty();
    if (gives) model.pop_front();
    if (takes) model.push_back(word);
    fifo.step();
  }
  EXPECT_TRUE(was_full);
}

TEST(Examples, TheDivisorIsTheGreatest) {
  const Design design = elaborate<examples::Gcd>(16);
  expect_clean(design);
  sd::tb::Block gcd(design);
  gcd.reset();
  std::mt19937 random(2);
  for (int round = 0; round < 50; ++round) {
    const std::uint64_t a = random() % 1000, b = round == 0 ? 0 : random() % 1000;
    gcd.poke("in_valid_i", 1);
    gcd.poke("in_bits_a_i", a);
    gcd.poke("in_bits_b_i", b);
    gcd.poke("out_ready_i", 0);
    ASSERT_EQ(gcd.peek("in_ready_o"), 1U);
    gcd.step();
    gcd.poke("in_valid_i", 0);
    for (int cycle = 0; cycle < 5000 && gcd.peek("out_valid_o") == 0; ++cycle) gcd.step();
    ASSERT_EQ(gcd.peek("out_valid_o"), 1U) << a << " " << b;
    EXPECT_EQ(gcd.peek("out_bits_o"), std::gcd(a, b)) << a << " " << b;
    gcd.poke("out_ready_i", 1);
    gcd.step();
  }
}

TEST(Examples, TheFilterConvolves) {
  const Design design = elaborate<examples::Fir>(12, coefficients);
  expect_clean(design);
  sd::tb::Block fir(design);
  fir.reset();
  std::mt19937 random(3);
  std::deque<std::int64_t> taps(coefficients.size(), 0);
  for (int cycle = 0; cycle < 500; ++cycle) {
    const bool valid = random() % 4 != 0;
    const std::int64_t sample =
        cycle == 7 ? -2048 : static_cast<std::int64_t>(random() % 4096) - 2048;
    fir.poke("in_valid_i", valid ? 1 : 0);
    fir.poke_signed("in_bits_i", sample);
    fir.step();
    ASSERT_EQ(fir.peek("out_valid_o"), valid ? 1U : 0U);
    if (!valid) continue;
    taps.pop_back();
    taps.push_front(sample);
    const std::int64_t expected =
        std::inner_product(taps.begin(), taps.end(), coefficients.begin(), std::int64_t{0});
    ASSERT_EQ(fir.peek_signed("out_bits_o"), expected) << cycle;
  }
}

}  // namespace
}  // namespace hcl::test
