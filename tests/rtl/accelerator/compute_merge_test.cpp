// Whose turn it is to merge: every touched segment of every line once, into the right bank, the
// first of a bank replacing what is there.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <random>
#include <vector>

#include "rtl/accelerator/compute/merge_control.hpp"
#include "rtl/accelerator/compute_block.hpp"

namespace sd::test {
namespace {

void check_merges(int lines, int segments) {
  design::DesignPoint point;
  point.lines = lines;
  point.block_segments = segments;
  tb::Block block = fresh_block(hcl::elaborate<rtl::MergeControl>(point));
  std::mt19937_64 random(8);
  const auto uniform = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  const std::uint64_t all = (1ULL << segments) - 1;
  std::uint64_t bank_holds[2] = {0, 0};  // segments
  bool bank_full[2] = {false, false};
  bool tag = false;
  int waits = 0, gaps = 0, back_to_back = 0;
  for (int round = 0; round < 120; ++round) {
    // The block of `!tag` ends: some lines have sums of it and ask at some time.
    tag = !tag;
    const bool bank = !tag;
    block.poke("tag_i", tag);
    std::vector<std::uint64_t> touched(static_cast<std::size_t>(lines));
    std::uint64_t to_ask = 0, asking = 0;
    for (int i = 0; i < lines; ++i) {
      touched[static_cast<std::size_t>(i)] = random() & all;
      if (touched[static_cast<std::size_t>(i)] != 0 && uniform(0, 3) != 0) to_ask |= 1ULL << i;
      block.poke("touched_" + std::to_string(i) + "_i", touched[static_cast<std::size_t>(i)]);
    }
    int merging = -1;             // line
    std::uint64_t remaining = 0;  // its segments
    bool granted_before = false;
    while (to_ask != 0 || asking != 0 || merging >= 0) {
      for (int i = 0; i < lines; ++i)
        if ((to_ask >> i & 1) != 0 && uniform(0, 2) != 0) {
          to_ask &= ~(1ULL << i);
          asking |= 1ULL << i;
        }
      block.poke("request_i", asking);
      // The bank may still be full, until it is released; the other one may be released any time.
      block.poke("release_valid_i", 0);
      const bool released = bank_full[bank] ? bank : !bank;
      const bool release = bank_full[released] && uniform(0, 5) == 0;
      if (release) {
        block.poke("release_valid_i", 1);
        block.poke("release_bits_i", released);
      }
      block.poke("bank_free_i", (bank_full[0] ? 0ULL : 1ULL) | (bank_full[1] ? 0ULL : 2ULL));

      const std::uint64_t grant = block.peek("grant_o");
      ASSERT_LE(std::popcount(grant), 1);
      ASSERT_EQ(grant & ~asking, 0U);
      const int width = std::min(segments, 2);
      const int group = merging < 0 ? 0 : std::countr_zero(remaining) / width;
      const std::uint64_t members = remaining & (((1ULL << width) - 1) << (group * width));
      const bool ready = merging < 0 || remaining == members;
      ASSERT_EQ(grant != 0, asking != 0 && ready && !bank_full[bank]);
      ASSERT_EQ(block.peek("wanted_o") != 0, asking != 0 && bank_full[bank]);
      waits += asking != 0 && bank_full[bank] ? 1 : 0;
      ASSERT_EQ(block.peek("merge_valid_o") != 0, merging >= 0);
      for (int b = 0; b < 2; ++b) {
        const int t = uniform(0, segments - 1);
        block.poke("drain_bank_i", static_cast<std::uint64_t>(b));
        block.poke("drain_segment_i", static_cast<std::uint64_t>(t));
        ASSERT_EQ(block.peek("drain_zero_o") != 0, (bank_holds[b] >> t & 1) == 0);
      }
      if (merging >= 0) {
        ASSERT_EQ(block.peek("merge_line_o"), static_cast<std::uint64_t>(merging));
        ASSERT_EQ(block.peek("line_o"), 1ULL << merging);
        ASSERT_EQ(block.peek("merge_bank_o") != 0, bank);
        ASSERT_EQ(block.peek("merge_group_o"), static_cast<std::uint64_t>(group)) << "ascending";
        ASSERT_EQ(block.peek("merge_take_o"), members >> (group * width));
        const std::uint64_t replace = ~bank_holds[bank] >> (group * width) & ((1ULL << width) - 1);
        ASSERT_EQ(block.peek("merge_replace_o"), replace);
        remaining &= ~members;
        ASSERT_EQ(block.peek("unmerged_o"), remaining);
        bank_holds[bank] |= members;
        if (remaining == 0) merging = -1;
      } else {
        ASSERT_EQ(block.peek("line_o"), 0U);
        gaps += granted_before ? 1 : 0;
      }
      back_to_back += grant != 0 && granted_before ? 1 : 0;
      granted_before = grant != 0;
      block.step();
      if (grant != 0) {
        merging = std::countr_zero(grant);
        remaining = touched[static_cast<std::size_t>(merging)];
        asking &= ~grant;
      }
      if (release) {
        bank_full[released] = false;
        bank_holds[released] = 0;
      }
    }
    block.poke("request_i", 0);
    block.poke("release_valid_i", 0);
    bank_full[bank] = true;
  }
  EXPECT_EQ(gaps, 0) << "the first segment comes in the cycle after the grant";
  EXPECT_GT(waits, 10);
  if (lines > 2) {
    EXPECT_GT(back_to_back, 0);
  }
}

TEST(MergeControl, FourLinesFourSegments) {
  check_merges(4, 4);
}

TEST(MergeControl, ThreeLinesOneSegment) {
  check_merges(3, 1);
}

TEST(MergeControl, OneLineEightSegments) {
  check_merges(1, 8);
}

}  // namespace
}  // namespace sd::test
