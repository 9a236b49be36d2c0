// Every rule of the AXI4-Lite checker is broken once, on either side, and caught by its name.
#include "axi4_lite_checker.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>

namespace sd::tb {
namespace {

struct LitePort {
  LitePort() {
    s.awready = s.wready = s.arready = true;
    m.bready = m.rready = true;
    checker.reset();
  }
  void hold() { checker.clock(m, s, cycle++); }
  void step() {
    hold();
    m.awvalid = m.wvalid = m.arvalid = s.bvalid = s.rvalid = false;
  }
  void write() {
    m.awvalid = m.wvalid = true;
    step();
  }
  void read() {
    m.arvalid = true;
    step();
  }

  axi::LiteManager m;
  axi::LiteSubordinate s;
  axi::Axi4LiteChecker checker{"lite"};
  std::uint64_t cycle = 0;
};

using Scene = std::function<void(LitePort&)>;

std::map<std::string, Scene> lite_scenes() {
  std::map<std::string, Scene> all;
  const auto in_reset = [&](const std::string& rule, bool& (*valid)(LitePort&)) {
    all[rule] = [valid](LitePort& p) {
      p.s.awready = p.s.wready = p.s.arready = p.m.bready = p.m.rready = false;
      valid(p) = true;
      p.hold();
    };
  };
  in_reset("AXI4_ERRM_AWVALID_RESET", [](LitePort& p) -> bool& { return p.m.awvalid; });
  in_reset("AXI4_ERRM_WVALID_RESET", [](LitePort& p) -> bool& { return p.m.wvalid; });
  in_reset("AXI4_ERRM_ARVALID_RESET", [](LitePort& p) -> bool& { return p.m.arvalid; });
  in_reset("AXI4_ERRS_BVALID_RESET", [](LitePort& p) -> bool& { return p.s.bvalid; });
  in_reset("AXI4_ERRS_RVALID_RESET", [](LitePort& p) -> bool& { return p.s.rvalid; });

  const auto changes = [&](const std::string& rule, Scene prepare, Scene change) {
    all[rule] = [=](LitePort& p) {
      p.step();
      prepare(p);
      p.hold();
      change(p);
      p.hold();
    };
  };
  const auto aw = [](LitePort& p) {
    p.s.awready = false;
    p.m.awvalid = true;
  };
  const auto w = [](LitePort& p) {
    p.s.wready = false;
    p.m.wvalid = true;
  };
  const auto ar = [](LitePort& p) {
    p.s.arready = false;
    p.m.arvalid = true;
  };
  const auto b = [](LitePort& p) {
    p.write();
    p.m.bready = false;
    p.s.bvalid = true;
  };
  const auto r = [](LitePort& p) {
    p.read();
    p.m.rready = false;
    p.s.rvalid = true;
  };
  changes("AXI4_ERRM_AWVALID_STABLE", aw, [](LitePort& p) { p.m.awvalid = false; });
  changes("AXI4_ERRM_AWADDR_STABLE", aw, [](LitePort& p) { p.m.awaddr = 4; });
  changes("AXI4_ERRM_AWPROT_STABLE", aw, [](LitePort& p) { p.m.awprot = 1; });
  changes("AXI4_ERRM_WVALID_STABLE", w, [](LitePort& p) { p.m.wvalid = false; });
  changes("AXI4_ERRM_WDATA_STABLE", w, [](LitePort& p) { p.m.wdata = 4; });
  changes("AXI4_ERRM_WSTRB_STABLE", w, [](LitePort& p) { p.m.wstrb = 1; });
  changes("AXI4_ERRM_ARVALID_STABLE", ar, [](LitePort& p) { p.m.arvalid = false; });
  changes("AXI4_ERRM_ARADDR_STABLE", ar, [](LitePort& p) { p.m.araddr = 4; });
  changes("AXI4_ERRM_ARPROT_STABLE", ar, [](LitePort& p) { p.m.arprot = 1; });
  changes("AXI4_ERRS_BVALID_STABLE", b, [](LitePort& p) { p.s.bvalid = false; });
  changes("AXI4_ERRS_BRESP_STABLE", b, [](LitePort& p) { p.s.bresp = 2; });
  changes("AXI4_ERRS_RVALID_STABLE", r, [](LitePort& p) { p.s.rvalid = false; });
  changes("AXI4_ERRS_RDATA_STABLE", r, [](LitePort& p) { p.s.rdata = 2; });
  changes("AXI4_ERRS_RRESP_STABLE", r, [](LitePort& p) { p.s.rresp = 2; });

  const auto waits = [&](const std::string& rule, Scene prepare) {
    all[rule] = [=](LitePort& p) {
      p.checker.set_max_wait(2);
      p.step();
      prepare(p);
      for (int i = 0; i < 4; ++i) p.hold();
    };
  };
  waits("AXI4_RECS_AWREADY_MAX_WAIT", aw);
  waits("AXI4_RECS_WREADY_MAX_WAIT", w);
  waits("AXI4_RECS_ARREADY_MAX_WAIT", ar);
  waits("AXI4_RECM_BREADY_MAX_WAIT", b);
  waits("AXI4_RECM_RREADY_MAX_WAIT", r);

  const auto after_reset = [&](const std::string& rule, Scene scene) {
    all[rule] = [scene](LitePort& p) {
      p.step();
      scene(p);
    };
  };
  after_reset("AXI4_ERRS_BRESP_AW", [](LitePort& p) {
    p.m.wvalid = true;
    p.step();
    p.s.bvalid = true;
    p.step();
  });
  after_reset("AXI4_ERRS_BRESP_WLAST", [](LitePort& p) {
    p.m.awvalid = true;
    p.step();
    p.s.bvalid = true;
    p.step();
  });
  after_reset("AXI4LITE_ERRS_BRESP_EXOKAY", [](LitePort& p) {
    p.write();
    p.s.bvalid = true;
    p.s.bresp = axi::exokay;
    p.step();
  });
  after_reset("AXI4LITE_ERRS_RRESP_EXOKAY", [](LitePort& p) {
    p.read();
    p.s.rvalid = true;
    p.s.rresp = axi::exokay;
    p.step();
  });
  after_reset("AXI4_ERRS_RID", [](LitePort& p) {
    p.s.rvalid = true;
    p.step();
  });
  after_reset("AXI4_ERRS_BRESP_ALL_DONE_EOS", [](LitePort& p) {
    p.write();
    p.checker.end(p.cycle);
  });
  after_reset("AXI4_ERRS_RLAST_ALL_DONE_EOS", [](LitePort& p) {
    p.read();
    p.checker.end(p.cycle);
  });
  return all;
}

TEST(Axi4LiteChecker, EveryRuleIsCaughtByItsName) {
  const auto all = lite_scenes();
  for (const char* rule : axi::rule::axi4_lite_rules) {
    const auto scene = all.find(rule);
    ASSERT_NE(scene, all.end()) << "no scene breaks " << rule;
    LitePort port;
    scene->second(port);
    const auto& found = port.checker.violations().list();
    ASSERT_FALSE(found.empty()) << rule;
    EXPECT_STREQ(found[0].rule, rule) << found[0].text;
    // A response in the first cycle after reset is also one that nobody asked for.
    const bool alone = std::string(rule) != "AXI4_ERRS_BVALID_RESET" &&
                       std::string(rule) != "AXI4_ERRS_RVALID_RESET";
    EXPECT_EQ(found.size(), alone ? 1U : 2U) << rule;
  }
  EXPECT_EQ(all.size(), axi::rule::axi4_lite_rules.size());
}

TEST(Axi4LiteChecker, HasNothingToSayAboutGoodTraffic) {
  LitePort p;
  p.step();
  for (int i = 0; i < 3; ++i) {
    p.write();
    p.s.bvalid = true;
    p.m.arvalid = true;
    p.step();
    p.s.rvalid = true;
    p.m.awvalid = true;
    p.step();
    p.m.wvalid = true;
    p.step();
    p.s.bvalid = true;
    p.s.bresp = axi::slave_error;
    p.step();
  }
  p.checker.end(p.cycle);
  for (const Violation& found : p.checker.violations().list()) ADD_FAILURE() << found.text;
}

}  // namespace
}  // namespace sd::tb
