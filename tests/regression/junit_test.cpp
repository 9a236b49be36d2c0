// The results as JUnit's XML, to the letter.
#include "regression/junit.hpp"

#include <gmock/gmock.h>

#include "regression/fake_engine.hpp"

namespace sd::regression {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

RegressionReport report() {
  RegressionReport report;
  report.plan = test::small_plan();
  std::size_t number = 1;
  for (std::size_t d = 0; d < 2; ++d)
    for (const Workload& workload : report.plan.designs[d].workloads) {
      PairReport pair;
      pair.number = number++;
      pair.design = d;
      pair.workload = workload;
      pair.state = PairState::passed;
      pair.seconds = 0.5;
      report.pairs.push_back(pair);
    }
  report.builds.resize(2);
  return report;
}

/// Without the design point's text, which is that of design::to_toml.
std::string without_toml(std::string xml) {
  for (std::size_t at; (at = xml.find("name = &quot;")) != std::string::npos;)
    xml.erase(at, xml.find("</failure>", at) - at);
  return xml;
}

TEST(JUnit, HasASuitePerDesignAndACasePerPair) {
  RegressionReport r = report();
  r.pairs[1].state = PairState::failed;
  r.pairs[1].failure = "value <3> & \"4\" differ\nin channel 2";
  r.pairs[4].state = PairState::not_run;
  r.pairs[4].seconds = 0;
  EXPECT_EQ(without_toml(junit_text(r, {{"line", true, "100.00 %"}, {"toggle", false, "89.99 %"}})),
            R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="smartdeal verify --suite full --seed 7" tests="7" failures="2" errors="0" skipped="1" time="2.000">
  <testsuite name="first" tests="3" failures="1" errors="0" skipped="0" time="1.500">
    <testcase classname="first" name="pair 1 networks seed 10" time="0.500"/>
    <testcase classname="first" name="pair 2 programs seed 11" time="0.500">
      <failure message="value &lt;3&gt; &amp; &quot;4&quot; differ">value &lt;3&gt; &amp; &quot;4&quot; differ
in channel 2

run this pair again:
  smartdeal verify --suite full --seed 7 --pair 2
workload programs, seed 11, 2 repetitions, on the design point first ()" +
                design::content_hash(r.plan.designs[0].design) + R"():

</failure>
    </testcase>
    <testcase classname="first" name="pair 3 faults seed 12" time="0.500"/>
  </testsuite>
  <testsuite name="second" tests="2" failures="0" errors="0" skipped="1" time="0.500">
    <testcase classname="second" name="pair 4 networks seed 20" time="0.500"/>
    <testcase classname="second" name="pair 5 faults seed 21" time="0.000">
      <skipped/>
    </testcase>
  </testsuite>
  <testsuite name="coverage" tests="2" failures="1" errors="0" skipped="0" time="0.000">
    <testcase classname="coverage" name="line" time="0.000"/>
    <testcase classname="coverage" name="toggle" time="0.000">
      <failure message="89.99 %">89.99 %</failure>
    </testcase>
  </testsuite>
</testsuites>
)");
}

TEST(JUnit, LeavesOutDesignsOfWhichNothingWasAsked) {
  RegressionReport r = report();
  r.pairs = {r.pairs[4]};
  const std::string xml = junit_text(r, {});
  EXPECT_THAT(xml, Not(HasSubstr("name=\"first\"")));
  EXPECT_THAT(xml, HasSubstr("name=\"second\" tests=\"1\""));
  EXPECT_THAT(xml, Not(HasSubstr("coverage")));
}

// XML 1.0, section 2.2: what is no character of it may not stand there, even as a reference.
TEST(JUnit, StaysXmlWhateverAFailureSays) {
  const auto shown = [](const std::string& failure) {
    RegressionReport r = report();
    r.pairs[0].state = PairState::failed;
    r.pairs[0].failure = failure;
    const std::string xml = junit_text(r, {});
    const std::size_t at = xml.find("<failure message=\"") + 18;
    return xml.substr(at, xml.find("\">", at) - at);
  };
  EXPECT_EQ(shown(std::string("a\0b\x01\x1f", 5)), "a?b??");
  EXPECT_EQ(shown("tab\tstays"), "tab\tstays");
  EXPECT_EQ(shown("\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80"),
            "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80");
  EXPECT_EQ(shown("\xc3 \xff \xed\xa0\x80"), "? ? ???") << "cut short, no lead byte, a surrogate";
  EXPECT_EQ(shown("\xef\xbf\xbe"), "???") << "U+FFFE";
  EXPECT_EQ(shown("\xc0\x80"), "??") << "an overlong form";
  EXPECT_EQ(shown("]]>"), "]]&gt;");
}

}  // namespace
}  // namespace sd::regression
