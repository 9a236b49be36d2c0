// The text that is emitted means what docs/hcl.md says: random expressions in the simulator against
// their own arithmetic.
#include "rtl/hcl/expression_soup.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/netlist_compare.hpp"
#include "verilator_tb/block.hpp"

namespace hcl::test {
namespace {

class ExpressionSoup : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(ExpressionSoup, TheSimulatorAgreesWithArithmetic) {
  const Recipe recipe(GetParam());
  sd::tb::Block block(elaborate<Soup>(GetParam()));
  std::mt19937_64 random(GetParam());
  for (int round = 0; round < 200; ++round) {
    std::vector<std::int64_t> inputs;
    for (int i = 0; i < recipe.inputs(); ++i) {
      const Node& n = recipe.nodes()[static_cast<std::size_t>(i)];
      // Corners as well as anything.
      const std::uint64_t anything = random();
      const std::uint64_t corner = std::uint64_t{1} << (n.width - 1);
      const std::uint64_t bits = round % 4 == 0 ? (anything % 3 == 0   ? corner
                                                   : anything % 3 == 1 ? corner - 1
                                                                       : ~std::uint64_t{0})
                                                : anything;
      inputs.push_back(in_width(static_cast<std::int64_t>(bits), n.width, n.kind));
      block.poke(fmt::format("x{}_i", i), bits & ones(n.width));
    }
    const std::vector<std::int64_t> expected = recipe.evaluate(inputs);
    for (std::size_t i = static_cast<std::size_t>(recipe.inputs()); i < expected.size(); ++i) {
      const Node& n = recipe.nodes()[i];
      const std::string port = fmt::format("y{}_o", i);
      ASSERT_EQ(n.kind == Kind::integer ? block.peek_signed(port)
                                        : static_cast<std::int64_t>(block.peek(port)),
                expected[i])
          << port << ", step " << static_cast<int>(n.step) << ", round " << round;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ExpressionSoup, ::testing::Range(1U, 5U));

struct SoupsIo {
  Bool unused;
  explicit SoupsIo(Ports& p) : unused(p.input<Bool>("unused")) {}
};
/// Many of them under one roof, so that the tools run once.
class Soups : public Module<SoupsIo> {
 public:
  Soups(Context& at, std::uint32_t first, std::uint32_t count) : Module(at, ModuleName("soups")) {
    for (std::uint32_t seed = first; seed < first + count; ++seed) {
      auto soup = instance<Soup>(fmt::format("u_soup{}", seed), seed);
      for (const AnyPort& port : soup.ports) {
        // Outputs stay open; inputs get something.
        for (const Bool& x : port.boolean) drive_if_input(x, [&] { x <<= io.unused; });
        for (const UInt& x : port.natural) drive_if_input(x, [&] { x <<= io.unused.as_uint(); });
        for (const SInt& x : port.integer) drive_if_input(x, [&] { x <<= 0; });
      }
      inputs_left_ = 0;
    }
  }

 private:
  template <class T, class F>
  void drive_if_input(const T&, F&& drive) {
    if (inputs_left_++ < Recipe(1, 0).inputs()) drive();
  }
  int inputs_left_ = 0;
};

TEST(ExpressionSoup, BothToolsMeanTheSameByIt) {
  const Design design = elaborate<Soups>(100U, 16U);
  EXPECT_EQ(sd::test::lint(design), "");
  const sd::test::NetlistComparison result = sd::test::compare_with_netlist(design);
  EXPECT_EQ(result.modules, 17);
  EXPECT_GT(result.outputs, 900);
  for (const auto& d : result.differences)
    ADD_FAILURE() << d.module << "." << d.port << " differs in cycle " << d.cycle;
}

}  // namespace
}  // namespace hcl::test
