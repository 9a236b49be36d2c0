// inspect, visit_hierarchy and the manifest tell what a design consists of.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "rtl/hcl/golden_designs.hpp"
#include "rtl/hcl/problems.hpp"
#include "rtl/hcl/samples.hpp"

namespace hcl::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;

TEST(Introspection, CountsOperatorsByKindAndWidth) {
  const Design design = elaborate(ModuleName("counted"), [](TopModule& m) {
    auto a = m.input<UInt>("a", 8);
    auto c = m.input<UInt>("c", 5);
    auto t = m.input<SInt>("t", 6);
    auto y = m.output<UInt>("y", 13);
    auto z = m.output<SInt>("z", 12);
    const UInt product = a * c;  // used twice, there once
    y <<= product;
    m.when(a == c, [&] { y <<= product ^ 3; });
    m.switch_(c.bits(1, 0), [&](Switch& s) {
      s.is({0, 1}, [&] { y <<= wrap(product + 1); });
      s.otherwise([&] {});
    });
    z <<= t * t;
    (void)shl(a, 2);  // wiring
  });
  const DesignFacts whole = inspect(design);
  std::vector<std::string> facts;
  for (const OperatorFact& fact : whole.modules[0].operators) {
    std::string text = std::to_string(fact.count) + " x " + std::string(operator_name(fact.op)) +
                       " " + (fact.is_signed ? "signed " : "") + std::to_string(fact.width) + ":";
    for (const int width : fact.operand_widths) text += " " + std::to_string(width);
    facts.push_back(text);
  }
  EXPECT_THAT(facts,
              ElementsAre("1 x add 13: 13 1", "1 x multiply signed 12: 6 6", "1 x multiply 13: 8 5",
                          "1 x bit_xor 13: 13 13", "2 x compare_equal 2: 2 2",
                          "1 x compare_equal 8: 8 5", "2 x conditional_drive 13:"));
  EXPECT_EQ(operator_name(Operator::conditional_drive), "conditional_drive");
  EXPECT_EQ(operator_name(Operator::multiply), "multiply");
}

TEST(Introspection, CountsInstancesRegistersAndMemories) {
  const DesignFacts facts = inspect(elaborate<Top>());
  EXPECT_EQ(facts.module("queue_width8_depth4").instances, 2);
  EXPECT_EQ(facts.module("sram_1r1w_64x24_mask3").instances, 1);
  const ModuleFacts& queue = facts.module("queue_width8_depth4");
  EXPECT_EQ(queue.register_bits(), 2 + 2 + 3);
  ASSERT_EQ(queue.memories.size(), 1U);
  EXPECT_EQ(queue.memories[0].name, "store");
  EXPECT_EQ(queue.memories[0].bits(), 32);
  EXPECT_EQ(queue.memories[0].read_ports, 1);
  EXPECT_EQ(queue.memories[0].write_ports, 1);
  EXPECT_FALSE(queue.memories[0].is_macro);
  EXPECT_THAT(queue.checks, ElementsAre(Field(&CheckFact::name, "count_in_range"),
                                        Field(&CheckFact::name, "last_place_taken")));
  EXPECT_EQ(queue.checks[1].kind, CheckKind::cover);
  const MemoryFact& macro = facts.module("sram_1r1w_64x24_mask3").memories.at(0);
  EXPECT_TRUE(macro.is_macro);
  EXPECT_EQ(macro.mask_bits, 3);
  const RegisterFact& phase = facts.module("engine").registers.at(0);
  EXPECT_THAT(phase.states, ElementsAre("idle", "run", "drain"));
  EXPECT_EQ(phase.reset, 0U);
  EXPECT_FALSE(facts.module("engine").registers.back().where.line() == 0);
  // Of the whole: twice what stands in a module that is instantiated twice.
  std::int64_t bits = 0;
  for (const ModuleFacts& module : facts.modules) bits += module.instances * module.register_bits();
  EXPECT_EQ(facts.register_bits(), bits);
  EXPECT_EQ(facts.memory_bits(), 2 * 32 + 24 + 64 * 24 + 40 * 16);
  EXPECT_EQ(facts.instances(), 1 + 3 + 1 + 1 + 2);
  EXPECT_THROW((void)facts.module("nothing"), std::out_of_range);
}

TEST(Introspection, TheWholeHasEachOperatorAsOftenAsItIsInstantiated) {
  const DesignFacts facts = inspect(elaborate<Top>());
  std::int64_t equal = 0, expected = 0;
  for (const OperatorFact& fact : facts.operators()) equal += fact.count;
  for (const ModuleFacts& module : facts.modules)
    for (const OperatorFact& fact : module.operators) expected += module.instances * fact.count;
  EXPECT_EQ(equal, expected);
  EXPECT_GT(equal, 50);
}

TEST(Introspection, VisitsTheHierarchyFromTheTop) {
  const Design design = elaborate<Top>();
  std::vector<std::string> paths;
  visit_hierarchy(design, [&](const HierarchyNode& node) {
    paths.push_back(node.path);
    EXPECT_EQ(node.depth, std::count(node.path.begin(), node.path.end(), '.'));
    return true;
  });
  EXPECT_THAT(paths,
              ElementsAre("top", "top.u_first", "top.u_second", "top.u_third", "top.u_engine",
                          "top.u_engine.u_masked", "top.u_engine.u_plain", "top.u_arbiter"));
  int seen = 0;
  visit_hierarchy(design, [&](const HierarchyNode& node) {
    ++seen;
    return node.module.name == "top";  // not below its children
  });
  EXPECT_EQ(seen, 6);
}

TEST(Introspection, CountersTellTheirWidthAndTheirEnd) {
  const Design design = elaborate(ModuleName("counters"), [](TopModule& m) {
    auto go = m.input<Bool>("go");
    auto y = m.output<UInt>("y", 5);
    y <<= m.counter("beats", 5, Overflow::never, go, y == 20);
  });
  const std::vector<CounterInfo> counters = inspect(design).modules[0].counters;
  ASSERT_EQ(counters.size(), 1U);
  EXPECT_EQ(counters[0].name, "beats");
  EXPECT_EQ(counters[0].width, 5);
  EXPECT_EQ(counters[0].overflow, Overflow::never);
  const auto json = nlohmann::json::parse(manifest(design, emit(design)));
  EXPECT_EQ(json["modules"][0]["counters"][0]["overflow"], "never");
  EXPECT_EQ(json["modules"][0]["assertions"][0], "beats_counts");
  EXPECT_EQ(json["modules"][0]["register_bits"], 5);
}

}  // namespace
}  // namespace hcl::test
