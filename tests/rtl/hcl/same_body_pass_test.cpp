#include "rtl/hcl/problems.hpp"

namespace hcl::test {
namespace {

struct ScaleIo {
  UInt x, y;
  explicit ScaleIo(Ports& p) : x(p.input<UInt>("x", 8)), y(p.output<UInt>("y", 8)) {}
};
/// `factor` is in the name only if told.
class Scale : public Module<ScaleIo> {
 public:
  Scale(Context& at, int factor, bool told)
      : Module(at, told ? ModuleName("scale").with("FACTOR", factor) : ModuleName("scale")) {
    io.y <<= (io.x * factor).truncate(8);
  }
};
class TwoScales : public Module<ScaleIo> {
 public:
  TwoScales(Context& at, int first, int second, bool told) : Module(at, ModuleName("two_scales")) {
    auto a = instance<Scale>("u_a", first, told);
    auto b = instance<Scale>("u_b", second, told);
    a.x <<= io.x;
    b.x <<= a.y;
    io.y <<= b.y;
  }
};

TEST(SameBodyPass, EqualArgumentsShareOneModule) {
  const Design design = elaborate<TwoScales>(3, 3, true);
  ASSERT_EQ(design.modules().size(), 2U);
  EXPECT_EQ(design.modules()[0].name, "scale_factor3");
  EXPECT_EQ(design.top().instances.size(), 2U);
}

TEST(SameBodyPass, DifferentArgumentsAreDifferentModules) {
  EXPECT_EQ(elaborate<TwoScales>(3, 5, true).modules().size(), 3U);
}

TEST(SameBodyPass, OneNameForTwoBodies) {
  const auto found = problems_of<TwoScales>(3, 5, false);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].module_path, "two_scales.u_b");
  EXPECT_EQ(found[0].what, "module name scale is used for two different bodies");
  EXPECT_EQ(found[0].remedy, "put what differs into the name with ModuleName::with");
}

/// The second argument changes nothing: two elaborations, one module.
class Ignores : public Module<ScaleIo> {
 public:
  Ignores(Context& at, int) : Module(at, ModuleName("ignores")) {
    auto kept = reg<UInt>("kept", Reset{1}, 8);
    when(io.x == 3, [&] { kept <<= io.x; }).otherwise([&] { kept <<= 0; });
    switch_(io.x.bits(1, 0), [&](Switch& s) {
      s.is(1, [&] { io.y <<= kept; });
      s.otherwise([&] { io.y <<= ~kept; });
    });
  }
};
class TwoIgnores : public Module<ScaleIo> {
 public:
  explicit TwoIgnores(Context& at) : Module(at, ModuleName("two_ignores")) {
    auto a = instance<Ignores>("u_a", 1);
    auto b = instance<Ignores>("u_b", 2);
    a.x <<= io.x;
    b.x <<= a.y;
    io.y <<= b.y;
  }
};

TEST(SameBodyPass, EqualBodiesShareOneModule) {
  EXPECT_EQ(elaborate<TwoIgnores>().modules().size(), 2U);
}

}  // namespace
}  // namespace hcl::test
