#include "rtl/hcl/problems.hpp"

namespace hcl::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(LoopsPass, TheWholeChainIsPrinted) {
  const auto found = problems([](Sample& m) {
    m.io.z <<= false;
    auto first = m.wire<UInt>("first", 8);
    auto second = m.wire<UInt>("second", 8);
    auto third = m.name("third", second ^ m.io.b);
    first <<= wrap(third + 1);
    second <<= m.io.a;
    m.when(first == 3, [&] { second <<= 7; });
    m.io.y <<= third;
  });
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].what, "is part of a combinational loop: first -> second -> third -> first");
  EXPECT_EQ(found[0].remedy, "break the loop with a register");
  EXPECT_EQ(found[0].places.size(), 3U) << "a place for every link";
}

TEST(LoopsPass, ARegisterBreaksALoop) {
  const auto found = problems([](Sample& m) {
    m.io.z <<= false;
    auto count = m.reg<UInt>("count", Reset{0}, 8);
    count <<= wrap(count + m.io.a);
    m.io.y <<= count;
  });
  EXPECT_THAT(found, IsEmpty());
}

TEST(LoopsPass, TwoLoopsAreTwoProblems) {
  const auto found = problems([](Sample& m) {
    m.rest();
    auto one = m.wire<UInt>("one", 8);
    one <<= ~one;
    auto two = m.wire<UInt>("two", 8);
    two <<= wrap(two + m.io.a);
  });
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].what, "is part of a combinational loop: one -> one");
  EXPECT_EQ(found[1].what, "is part of a combinational loop: two -> two");
}

struct PassIo {
  UInt through, back, held, out_through, out_held;
  explicit PassIo(Ports& p)
      : through(p.input<UInt>("through", 8)),
        back(p.input<UInt>("back", 8)),
        held(p.input<UInt>("held", 8)),
        out_through(p.output<UInt>("out_through", 8)),
        out_held(p.output<UInt>("out_held", 8)) {}
};
/// One path runs straight through, one is registered.
class Pass : public Module<PassIo> {
 public:
  explicit Pass(Context& at) : Module(at, ModuleName("pass")) {
    io.out_through <<= io.through ^ io.back;
    auto kept = reg<UInt>("kept", no_reset, 8);
    kept <<= io.held;
    io.out_held <<= kept;
  }
};
class ThroughChild : public Module<SampleIo> {
 public:
  ThroughChild(Context& at, bool through)
      : Module(at, ModuleName("through_child").with("THROUGH", static_cast<int>(through))) {
    auto child = instance<Pass>("u_pass");
    child.back <<= io.b;
    child.through <<= through ? child.out_through : child.out_held;
    child.held <<= child.out_through;
    io.y <<= child.out_through;
    io.z <<= false;
  }
};

TEST(LoopsPass, LoopsThroughAChildAreFoundAndRegisteredPathsAreNot) {
  EXPECT_THAT(problems_of<ThroughChild>(false), IsEmpty());
  const auto found = problems_of<ThroughChild>(true);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(
      found[0].what,
      "is part of a combinational loop: u_pass.through -> u_pass.out_through -> u_pass.through");
}

}  // namespace
}  // namespace hcl::test
