// Every construct of the library, as emitted and as Yosys reads it.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "rtl/hcl/samples.hpp"
#include "support/netlist_compare.hpp"

namespace hcl::test {
namespace {

TEST(Netlist, SamplesAreCleanAndEqualTheirNetlists) {
  const Design design = elaborate<Top>();
  EXPECT_EQ(sd::test::lint(design), "");
  const sd::test::NetlistComparison result = sd::test::compare_with_netlist(design);
  EXPECT_EQ(result.modules, 5);
  for (const auto& d : result.differences)
    ADD_FAILURE() << d.module << "." << d.port << " differs in cycle " << d.cycle;
  EXPECT_THAT(result.idle_outputs, ::testing::IsEmpty())
      << "an output that never moves is not compared";
}

TEST(Netlist, APlantedDifferenceIsFound) {
  sd::test::NetlistCompareOptions options;
  options.wanted = [](const ModuleInfo& module) {
    return module.name == "arbiter_inputs3" || module.name == "engine";
  };
  options.edit_netlist = [](std::string& netlist) {
    // One comparison of the arbiter, the other way round.
    const auto module = netlist.find("module arbiter_inputs3__netlist");
    const auto gate = netlist.find("==", module);
    ASSERT_LT(gate, netlist.find("endmodule", module));
    netlist[gate] = '!';
  };
  const sd::test::NetlistComparison result =
      sd::test::compare_with_netlist(elaborate<Top>(), options);
  EXPECT_EQ(result.modules, 2);
  ASSERT_FALSE(result.differences.empty());
  for (const auto& d : result.differences) EXPECT_EQ(d.module, "arbiter_inputs3") << d.port;
}

TEST(Netlist, AnInstanceThatIsWiredOtherwiseIsFound) {
  sd::test::NetlistCompareOptions options;
  options.wanted = [](const ModuleInfo& module) { return module.name == "top"; };
  options.edit_netlist = [](std::string& netlist) {
    const auto second = netlist.find(" u_second (");
    const auto pin = netlist.find(".in_valid_i(", second);
    ASSERT_NE(pin, std::string::npos);
    netlist = fmt::format("{}!{}", netlist.substr(0, pin + 12), netlist.substr(pin + 12));
  };
  const sd::test::NetlistComparison result =
      sd::test::compare_with_netlist(elaborate<Top>(), options);
  EXPECT_THAT(result.differences, ::testing::Contains(::testing::Field(
                                      &sd::test::NetlistDifference::port, "u_second")));
}

}  // namespace
}  // namespace hcl::test
