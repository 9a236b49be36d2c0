// Widths of every operator, and what is said where a value cannot be meant.
#include "rtl/hcl/problems.hpp"

namespace hcl::test {
namespace {

using ::testing::ElementsAre;

TEST(Widths, AreTheOnesOfTheTable) {
  EXPECT_TRUE(problems([](Sample& m) {
                const UInt &a = m.io.a, five = m.io.b.bits(4, 0);
                const SInt& s = m.io.s;
                EXPECT_EQ((a + five).width(), 9);
                EXPECT_EQ((a - five).width(), 9);
                EXPECT_EQ((a + 1).width(), 9);
                EXPECT_EQ((a + 1000).width(), 11);
                EXPECT_EQ((s - 1).width(), 9);
                EXPECT_EQ((-s).width(), 9);
                EXPECT_EQ(wrap(a + five).width(), 8);
                EXPECT_EQ((a * five).width(), 13);
                EXPECT_EQ((s * s).width(), 16);
                EXPECT_EQ((a & five).width(), 8);
                EXPECT_EQ((~five).width(), 5);
                EXPECT_EQ(shl(a, 3).width(), 11);
                EXPECT_EQ(shr(a, 3).width(), 5);
                EXPECT_EQ(shr(a, 30).width(), 1);
                EXPECT_EQ(shr(s, 30).width(), 1);
                EXPECT_EQ(dshl(a, five, 20).width(), 20);
                EXPECT_EQ(dshr(s, five).width(), 8);
                EXPECT_EQ(mux(m.io.c, a, five).width(), 8);
                EXPECT_EQ(cat(a, five, m.io.c, s).width(), 22);
                EXPECT_EQ(a.bits(6, 2).width(), 5);
                EXPECT_EQ(a.truncate(3).width(), 3);
                EXPECT_EQ(s.extend(12).width(), 12);
                EXPECT_EQ(a.part_at(five.bits(1, 0), 2).width(), 2);
                EXPECT_EQ(popcount(a).width(), 4);
                EXPECT_EQ(popcount(a.bits(6, 0)).width(), 3);
                EXPECT_EQ(tree_sum(std::vector<SInt>(5, s)).width(), 11);
                EXPECT_EQ(tree_sum(std::vector<SInt>(4, s)).width(), 10);
                EXPECT_EQ(u(5, 7).width(), 7);
                EXPECT_EQ(clog2(1), 1);
                EXPECT_EQ(clog2(4), 2);
                EXPECT_EQ(clog2(5), 3);
                m.rest();
              }).empty());
}

TEST(Widths, NothingIsCutInSilence) {
  const int line = __LINE__ + 3;
  const auto found = problems([](Sample& m) {
    m.io.z <<= false;
    m.io.y <<= m.io.a + m.io.b;
  });
  EXPECT_THAT(found,
              ElementsAre(ProblemIs(
                  "y", "has 8 bits and is driven by 9 bits",
                  "cut the value with truncate, bits or wrap, or make the signal wider", line)));
  const int later = __LINE__ + 3;
  const auto more = problems([](Sample& m) {
    m.io.z <<= false;
    m.io.y <<= 256;
  });
  EXPECT_THAT(more, ElementsAre(ProblemIs("y", "has 8 bits and cannot hold the integer 256",
                                          "make it wider", later)));
}

TEST(Widths, RangesAndCuts) {
  const int line = __LINE__ + 3;
  const auto found = problems([](Sample& m) {
    m.rest();
    (void)m.io.a.bits(8, 0);
    (void)m.io.a.bit(-1);
    (void)m.io.a.truncate(9);
    (void)m.io.s.extend(4);
    (void)m.io.a.as_bool();
    (void)shl(m.io.a, -1);
  });
  EXPECT_THAT(found,
              ElementsAre(ProblemIs("", "bits [8:0] are taken of a, which has 8 bits",
                                    "use a range inside [7:0]", line),
                          ProblemIs("", "bits [-1:-1] are taken of a, which has 8 bits",
                                    "use a range inside [7:0]", line + 1),
                          ProblemIs("", "a of 8 bits is truncated to 9 bits",
                                    "use extend to make it wider", line + 2),
                          ProblemIs("", "s of 8 bits is extended to 4 bits",
                                    "use truncate to make it narrower", line + 3),
                          ProblemIs("", "a of 8 bits is taken as a Bool",
                                    "compare it (x != 0), or take one bit", line + 4),
                          ProblemIs("", "a is shifted by -1", "shift the other way", line + 5)));
}

TEST(Widths, LiteralsAndComparisons) {
  const int line = __LINE__ + 3;
  const auto found = problems([](Sample& m) {
    m.rest();
    (void)(m.io.a == 256);
    (void)(m.io.s < -129);
    (void)wrap(m.io.a & m.io.b);
    (void)wrap(wrap(m.io.a + m.io.b));
    (void)m.io.a.bits(3, 0).bit_at(m.io.b);
    auto bad = m.reg<SInt>("bad", Reset{200}, 8);
    bad <<= m.io.s;
  });
  EXPECT_THAT(
      found,
      ElementsAre(
          ProblemIs("", "a of 8 bits is compared with 256, which does not fit",
                    "make the signal wider, or leave the comparison out", line),
          ProblemIs("", "s of 8 bits is compared with -129, which does not fit",
                    "make the signal wider, or leave the comparison out", line + 1),
          ProblemIs("", "wrap is given an expression of 8 bits, which is no sum",
                    "write wrap(a + b) or wrap(a - b); cut other values with truncate", line + 2),
          ProblemIs("", "wrap is given an expression of 8 bits, which is no sum",
                    "write wrap(a + b) or wrap(a - b); cut other values with truncate", line + 3),
          ProblemIs("", "an index of 8 bits selects among 4 parts of an expression of 4 bits",
                    "truncate the index to 2 bits", line + 4),
          ProblemIs("bad", "has 8 signed bits and cannot be reset to 200",
                    "make it wider, or give a reset value that it holds", line + 5)));
  for (const auto& [body, text] : std::vector<std::pair<Sample::Body, std::string>>{
           {[](Sample&) { (void)u(8, 3); }, "the literal 8 does not fit 3 bits"},
           {[](Sample&) { (void)s(4, 3); }, "the literal 4 does not fit 3 signed bits"},
           {[](Sample&) { (void)u(-1, 3); }, "the literal -1 does not fit 3 bits"},
           {[](Sample& m) {
              (void)wrap(UInt(u(3, 2)));
              (void)m;
            },
            "wrap is given an integer"},
           {[](Sample&) { (void)tree_sum(std::vector<UInt>{}); }, "tree_sum has no terms"},
           {[](Sample&) { (void)cat(std::vector<UInt>{}); }, "cat has no parts"},
           {[](Sample& m) {
              m.rest();
              (void)dshl(m.io.a, m.io.b, 0);
            },
            "a shift gives 0 bits"},
           {[](Sample& m) {
              m.rest();
              (void)m.io.a.part_at(m.io.b, 0);
            },
            "parts of 0 bits are taken of a"},
           {[](Sample& m) { (void)(m.io.a + -1); },
            "the negative integer -1 stands beside a UInt"}}) {
    const auto literals = problems(body);
    ASSERT_FALSE(literals.empty());
    EXPECT_EQ(literals.back().what, text);
  }
}

TEST(Widths, SignalsHaveBits) {
  const int line = __LINE__ + 3;
  const auto found = problems([](Sample& m) {
    m.rest();
    auto none = m.wire<UInt>("none", 0);
    none <<= 0;
  });
  EXPECT_THAT(found, ElementsAre(ProblemIs("none", "is declared 0 bits wide",
                                           "a signal has at least one bit", line)));
}

enum class Phase { idle, run, done };

TEST(States, AreNamedAndDistinct) {
  const int line = __LINE__ + 3;
  const auto found = problems([](Sample& m) {
    m.rest();
    auto phase = m.state_reg<Phase>("phase", {"idle", "run"}, Phase::idle);
    phase <<= Phase::done;
    m.switch_(phase, [&](Switch& s) {
      s.is(Phase::idle, [&] {});
      s.is(Phase::idle, [&] {});
      s.is(Phase::done, [&] {});
    });
    auto twins = m.state_reg<Phase>("twins", {"idle", "idle", "done"}, Phase::idle);
    twins <<= Phase::run;
  });
  EXPECT_THAT(
      found, ElementsAre(
                 ProblemIs("phase", "has 2 states and meets number 2",
                           "name every enumerator, in order from 0", line + 1),
                 ProblemIs("phase", "has two arms for 0 in one switch_", "join the arms", line + 4),
                 ProblemIs("phase", "has 1 bits and is compared with 2 in a switch_",
                           "use a label that it can be", line + 5),
                 ProblemIs("twins", "has two states called idle",
                           "give each state a name of its own", line + 7)));
}

TEST(States, AreCalledLikeOtherSignals) {
  const auto found = problems([](Sample& m) {
    m.rest();
    auto loud = m.state_reg<Phase>("loud", {"idle", "RUN"}, Phase::done);
    loud <<= Phase::run;
  });
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].what, "has 2 states and is reset to number 2");
  EXPECT_EQ(found[1].what, "has a state called RUN");
  EXPECT_EQ(found[1].remedy, "use snake_case names");
}

}  // namespace
}  // namespace hcl::test
