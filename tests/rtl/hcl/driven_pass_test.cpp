#include "rtl/hcl/problems.hpp"

namespace hcl::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(DrivenPass, AWireThatNobodyDrives) {
  const int line = __LINE__ + 3;
  const auto found = problems([](Sample& m) {
    m.rest();
    auto lost = m.wire<UInt>("lost", 4);
  });
  EXPECT_THAT(found, ElementsAre(ProblemIs("lost", "is a wire and is never driven",
                                           "drive it with <<=", line)));
}

TEST(DrivenPass, AnOutputThatIsDrivenOnOnePathOnly) {
  const int line = __LINE__ + 3;
  const auto found = problems([](Sample& m) {
    m.io.z <<= true;
    m.when(m.io.c, [&] { m.io.y <<= m.io.a; });
  });
  EXPECT_THAT(found, ElementsAre(ProblemIs(
                         "y", "is an output and is not driven on every path",
                         "give it a default drive before the condition, or add otherwise", line)));
  EXPECT_EQ(found.front().places.size(), 2U) << "the drive and the declaration";
}

TEST(DrivenPass, EveryBranchCounts) {
  const auto found = problems([](Sample& m) {
    m.io.z <<= true;
    m.when(m.io.c, [&] { m.io.y <<= m.io.a; })
        .elsewhen(m.io.a == 3, [&] { m.io.y <<= 1; })
        .otherwise([&] { m.io.y <<= m.io.b; });
  });
  EXPECT_THAT(found, IsEmpty());
  const int line = __LINE__ + 3;
  const auto more = problems([](Sample& m) {
    m.io.z <<= true;
    m.when(m.io.c, [&] { m.io.y <<= m.io.a; }).elsewhen(m.io.a == 3, [&] {}).otherwise([&] {
      m.io.y <<= m.io.b;
    });
  });
  EXPECT_THAT(more, ElementsAre(ProblemIs(
                        "y", "is an output and is not driven on every path",
                        "give it a default drive before the condition, or add otherwise", line)));
}

TEST(DrivenPass, ASwitchCoversWithOtherwiseOrWithEveryValue) {
  const auto found = problems([](Sample& m) {
    m.io.z <<= true;
    m.switch_(m.io.a.bits(1, 0), [&](Switch& s) {
      s.is({0, 1}, [&] { m.io.y <<= 1; });
      s.is(2, [&] { m.io.y <<= 2; });
      s.is(3, [&] { m.io.y <<= 3; });
    });
  });
  EXPECT_THAT(found, IsEmpty());
  const int line = __LINE__ + 4;
  const auto more = problems([](Sample& m) {
    m.io.z <<= true;
    m.switch_(m.io.a.bits(1, 0), [&](Switch& s) {
      s.is({0, 1}, [&] { m.io.y <<= 1; });
      s.is(2, [&] { m.io.y <<= 2; });
    });
  });
  EXPECT_THAT(more, ElementsAre(ProblemIs(
                        "y", "is an output and is not driven on every path",
                        "give it a default drive before the condition, or add otherwise", line)));
}

class Open : public Module<SampleIo> {
 public:
  explicit Open(Context& at) : Module(at, ModuleName("open_inputs")) {
    auto child = instance<Sample>("u_child", [](Sample& m) { m.rest(); });
    child.a <<= io.a;
    child.b <<= io.b;
    child.s <<= io.s;
    io.y <<= child.y;
    io.z <<= child.z;
  }
};

TEST(DrivenPass, AnOpenInputOfAnInstance) {
  const auto found = problems_of<Open>();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].signal, "child_c");
  EXPECT_EQ(found[0].what, "is an input of instance u_child and is never driven");
  EXPECT_EQ(found[0].module_path, "open_inputs");
}

}  // namespace
}  // namespace hcl::test
