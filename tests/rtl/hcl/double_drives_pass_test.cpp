#include "rtl/hcl/problems.hpp"

namespace hcl::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* what = "is driven again, which makes an earlier drive pointless";
constexpr const char* remedy = "leave one out, or put the later one under a condition";

TEST(DoubleDrivesPass, ASecondUnconditionalDriveNamesBothPlaces) {
  const int line = __LINE__ + 4;
  const auto found = problems([](Sample& m) {
    m.rest();
    // The first drive is in rest().
    m.io.y <<= m.io.a;
  });
  EXPECT_THAT(found, ElementsAre(ProblemIs("y", what, remedy, line)));
  ASSERT_EQ(found.front().places.size(), 2U);
  EXPECT_THAT(found.front().places[1].file_name(), ::testing::EndsWith("problems.hpp"));
}

TEST(DoubleDrivesPass, ADriveThatBuriesAConditionalOne) {
  const int line = __LINE__ + 4;
  const auto found = problems([](Sample& m) {
    m.io.z <<= true;
    m.when(m.io.c, [&] { m.io.y <<= 1; });
    m.io.y <<= m.io.a;
  });
  EXPECT_THAT(found, ElementsAre(ProblemIs("y", what, remedy, line)));
}

TEST(DoubleDrivesPass, InsideOneBranch) {
  const int line = __LINE__ + 5;
  const auto found = problems([](Sample& m) {
    m.rest();
    m.when(m.io.c, [&] {
      m.io.y <<= 1;
      m.io.y <<= 2;
    });
  });
  EXPECT_THAT(found, ElementsAre(ProblemIs("y", what, remedy, line)));
}

TEST(DoubleDrivesPass, ADefaultAndItsOverridesAreFine) {
  const auto found = problems([](Sample& m) {
    m.rest();
    m.when(m.io.c, [&] { m.io.y <<= 1; });
    m.when(m.io.a == 7, [&] { m.io.y <<= 2; }).otherwise([&] { m.io.z <<= true; });
  });
  EXPECT_THAT(found, IsEmpty());
}

}  // namespace
}  // namespace hcl::test
