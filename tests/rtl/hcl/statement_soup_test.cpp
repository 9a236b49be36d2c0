// Conditions mean what docs/hcl.md says: random trees of when and switch_ in the simulator against
// an interpreter of the tree.
#include "rtl/hcl/statement_soup.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/netlist_compare.hpp"
#include "verilator_tb/block.hpp"

namespace hcl::test {
namespace {

class StatementSoups : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(StatementSoups, TheSimulatorAgreesWithTheInterpreter) {
  const SoupProgram program(GetParam());
  sd::tb::Block block(elaborate<StatementSoup>(GetParam()));
  block.reset();
  std::vector<int> registers, wires, next;
  for (int i = 0; i < soup_registers; ++i) registers.push_back(7 * i & 63);
  std::mt19937 random(GetParam());
  for (int cycle = 0; cycle < 500; ++cycle) {
    SoupProgram::Inputs inputs;
    for (int i = 0; i < soup_conditions; ++i) {
      inputs.conditions.push_back(random() % 2 == 0);
      block.poke(fmt::format("c{}_i", i), inputs.conditions.back() ? 1 : 0);
    }
    inputs.selector = static_cast<int>(random() % 4);
    inputs.data = static_cast<int>(random() % 64);
    block.poke("selector_i", static_cast<std::uint64_t>(inputs.selector));
    block.poke("data_i", static_cast<std::uint64_t>(inputs.data));
    program.run(inputs, registers, wires, next);
    for (int i = 0; i < soup_wires; ++i)
      ASSERT_EQ(block.peek(fmt::format("w{}_o", i)),
                static_cast<std::uint64_t>(wires[static_cast<std::size_t>(i)]))
          << "wire " << i << ", cycle " << cycle;
    block.step();
    registers = next;
    for (int i = 0; i < soup_registers; ++i)
      ASSERT_EQ(block.peek(fmt::format("r{}_o", i)),
                static_cast<std::uint64_t>(registers[static_cast<std::size_t>(i)]))
          << "register " << i << ", cycle " << cycle;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, StatementSoups, ::testing::Range(1U, 5U));

struct AllIo {
  UInt data;
  explicit AllIo(Ports& p) : data(p.input<UInt>("data", 6)) {}
};
/// Many of them under one roof, so that the tools run once.
class AllSoups : public Module<AllIo> {
 public:
  AllSoups(Context& at, std::uint32_t count) : Module(at, ModuleName("all_soups")) {
    for (std::uint32_t seed = 100; seed < 100 + count; ++seed) {
      auto soup = instance<StatementSoup>(fmt::format("u_soup{}", seed), seed);
      soup.data <<= io.data;
      soup.selector <<= io.data.bits(1, 0);
      for (int i = 0; i < soup_conditions; ++i)
        soup.conditions[static_cast<std::size_t>(i)] <<= io.data.bit(i);
    }
  }
};

TEST(StatementSoups, BothToolsMeanTheSameByThem) {
  const Design design = elaborate<AllSoups>(10U);
  EXPECT_EQ(sd::test::lint(design), "");
  const sd::test::NetlistComparison result = sd::test::compare_with_netlist(design);
  EXPECT_EQ(result.modules, 11);
  for (const auto& d : result.differences)
    ADD_FAILURE() << d.module << "." << d.port << " differs in cycle " << d.cycle;
}

}  // namespace
}  // namespace hcl::test
