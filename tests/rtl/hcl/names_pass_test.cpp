#include "rtl/hcl/problems.hpp"

namespace hcl::test {
namespace {

using ::testing::ElementsAre;

TEST(NamesPass, TwoSignalsOfOneName) {
  const int line = __LINE__ + 4;
  const auto found = problems([](Sample& m) {
    m.rest();
    auto first = m.name("twice", m.io.a & m.io.b);
    auto second = m.name("twice", m.io.a | m.io.b);
  });
  EXPECT_THAT(found, ElementsAre(ProblemIs("twice", "is declared twice",
                                           "give each a name of its own", line)));
  EXPECT_EQ(found[0].places.size(), 2U);
}

TEST(NamesPass, NamesThatMeetInTheText) {
  const int line = __LINE__ + 4;
  const auto found = problems([](Sample& m) {
    m.rest();
    auto count = m.reg<UInt>("count", Reset{0}, 4);
    auto other = m.name("count_q", m.io.a & m.io.b);
    count <<= 1;
  });
  EXPECT_THAT(found,
              ElementsAre(ProblemIs("count_q", "and count would both be called count_q in the text",
                                    "give each a name of its own", line)));
}

TEST(NamesPass, ReservedWordsAndOtherStyles) {
  const int line = __LINE__ + 3;
  const auto found = problems([](Sample& m) {
    m.rest();
    auto a = m.name("always", m.io.a & m.io.b);
    auto b = m.name("CamelCase", m.io.a & m.io.b);
    auto c = m.name("3rd", m.io.a & m.io.b);
    auto d = m.name("", m.io.a & m.io.b);
    auto e = m.name("byte2", m.io.a & m.io.b);
  });
  EXPECT_THAT(
      found,
      ElementsAre(
          ProblemIs("always", "is a reserved word of SystemVerilog", "use another name", line),
          ProblemIs("CamelCase", "is not a snake_case name",
                    "use a letter, then letters, digits and underscores, in lower case", line + 1),
          ProblemIs("3rd", "is not a snake_case name",
                    "use a letter, then letters, digits and underscores, in lower case", line + 2),
          ProblemIs("", "is not a snake_case name",
                    "use a letter, then letters, digits and underscores, in lower case",
                    line + 3)));
}

TEST(NamesPass, AssertionsAndInstancesShareTheNameSpace) {
  const int line = __LINE__ + 4;
  const auto found = problems([](Sample& m) {
    m.rest();
    auto few = m.name("few", m.io.a < 7);
    m.assert_("few", few);
  });
  EXPECT_THAT(found, ElementsAre(ProblemIs("few", "is declared twice",
                                           "give each a name of its own", line)));
}

}  // namespace
}  // namespace hcl::test
