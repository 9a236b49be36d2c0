// Every rule of the AXI4 checker is broken once, and caught by its name.
#include "axi4_checker.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>

namespace sd::tb {
namespace {

constexpr int bytes = 8;

/// A port that a test drives by hand. Everything is ready unless a test says otherwise.
class Port {
 public:
  Port() {
    s.awready = s.wready = s.arready = true;
    m.bready = m.rready = true;
    checker.reset();
  }
  /// One cycle; valids and WLAST, RLAST fall afterwards.
  void step() {
    hold();
    m.aw.valid = m.ar.valid = m.wvalid = m.wlast = s.bvalid = s.rvalid = s.rlast = false;
  }
  /// One cycle; pins keep what they are.
  void hold() { checker.clock(m, s, cycle++); }

  void address(axi::Address& a, std::uint64_t at, std::uint32_t beats, std::uint32_t id = 0) {
    a = {};
    a.valid = true;
    a.address = at;
    a.length = beats - 1;
    a.size = 3;
    a.id = id;
  }
  void read(std::uint64_t at, std::uint32_t beats, std::uint32_t id = 0) {
    address(m.ar, at, beats, id);
    step();
  }
  void write(std::uint64_t at, std::uint32_t beats, std::uint32_t id = 0) {
    address(m.aw, at, beats, id);
    step();
  }
  void data(bool last, std::uint64_t strobes = 0xff) {
    m.wvalid = true;
    m.wlast = last;
    m.wstrb = strobes;
    step();
  }
  void respond(std::uint32_t id = 0, std::uint32_t code = axi::okay) {
    s.bvalid = true;
    s.bid = id;
    s.bresp = code;
    step();
  }
  void give(bool last, std::uint32_t id = 0, std::uint32_t code = axi::okay) {
    s.rvalid = true;
    s.rlast = last;
    s.rid = id;
    s.rresp = code;
    step();
  }

  axi::Manager<bytes> m;
  axi::Subordinate<bytes> s;
  axi::Axi4Checker<bytes> checker{"test"};
  std::uint64_t cycle = 0;
};

using Scene = std::function<void(Port&)>;

/// Scenes of one address channel; `name` is AW or AR.
void add_address_scenes(std::map<std::string, Scene>& all, const std::string& name, bool write) {
  const auto channel = [write](Port& p) -> axi::Address& { return write ? p.m.aw : p.m.ar; };
  const auto ready = [write](Port& p) -> bool& { return write ? p.s.awready : p.s.arready; };
  const auto loose = [](Port& p) {
    axi::CheckerSettings settings;
    settings.subset = {false, false, false};
    p.checker.configure(settings);
    p.step();
  };
  const auto form = [=, &all](const std::string& rule, std::function<void(axi::Address&)> change) {
    all[rule] = [=](Port& p) {
      loose(p);
      p.address(channel(p), 0x1000, 4);
      change(channel(p));
      p.step();
    };
  };
  const std::string master = "AXI4_ERRM_" + name;
  form(master + "ADDR_BOUNDARY", [](axi::Address& a) { a.address = 0x1ff0; });
  form(master + "ADDR_WRAP_ALIGN", [](axi::Address& a) {
    a.burst = axi::burst_wrap;
    a.address = 0x1004;
  });
  form(master + "BURST", [](axi::Address& a) { a.burst = 3; });
  form(master + "LEN_FIXED", [](axi::Address& a) {
    a.burst = axi::burst_fixed;
    a.length = 16;
  });
  form(master + "LEN_WRAP", [](axi::Address& a) {
    a.burst = axi::burst_wrap;
    a.length = 2;
  });
  form(master + "SIZE", [](axi::Address& a) { a.size = 4; });
  form(master + "CACHE", [](axi::Address& a) { a.cache = 4; });
  all[master + "VALID_RESET"] = [=](Port& p) {
    p.address(channel(p), 0x1000, 1);
    p.step();
  };
  const auto changes = [=, &all](const std::string& rule,
                                 std::function<void(axi::Address&)> change) {
    all[rule] = [=](Port& p) {
      p.step();
      ready(p) = false;
      p.address(channel(p), 0x1000, 4);
      p.hold();
      change(channel(p));
      p.hold();
    };
  };
  changes(master + "VALID_STABLE", [](axi::Address& a) { a.valid = false; });
  changes(master + "ID_STABLE", [](axi::Address& a) { a.id = 1; });
  changes(master + "ADDR_STABLE", [](axi::Address& a) { a.address += 8; });
  changes(master + "LEN_STABLE", [](axi::Address& a) { a.length = 1; });
  changes(master + "SIZE_STABLE", [](axi::Address& a) { a.size = 2; });
  changes(master + "BURST_STABLE", [](axi::Address& a) { a.burst = 0; });
  changes(master + "LOCK_STABLE", [](axi::Address& a) { a.lock = 1; });
  changes(master + "CACHE_STABLE", [](axi::Address& a) { a.cache = 3; });
  changes(master + "PROT_STABLE", [](axi::Address& a) { a.prot = 1; });
  changes(master + "QOS_STABLE", [](axi::Address& a) { a.qos = 1; });
  changes(master + "REGION_STABLE", [](axi::Address& a) { a.region = 1; });
  all["AXI4_RECS_" + name + "READY_MAX_WAIT"] = [=](Port& p) {
    axi::CheckerSettings settings;
    settings.max_wait_cycles = 3;
    p.checker.configure(settings);
    p.step();
    ready(p) = false;
    p.address(channel(p), 0x1000, 4);
    for (int i = 0; i < 3; ++i) p.hold();
    EXPECT_EQ(p.checker.violations().count(), 0U) << "three cycles are allowed";
    p.hold();
    p.hold();
  };
}

std::map<std::string, Scene> scenes() {
  std::map<std::string, Scene> all;
  add_address_scenes(all, "AW", true);
  add_address_scenes(all, "AR", false);

  const auto after_reset = [](Scene scene) -> Scene {
    return [scene](Port& p) {
      p.step();
      scene(p);
    };
  };
  const auto impatient = [](Port& p) {
    axi::CheckerSettings settings;
    settings.max_wait_cycles = 2;
    p.checker.configure(settings);
  };
  // Write data.
  all["AXI4_ERRM_WDATA_NUM"] = after_reset([](Port& p) {
    p.write(0x1000, 3);
    p.data(false);
    p.data(true);
  });
  all["AXI4_ERRM_WSTRB"] = after_reset([](Port& p) {
    axi::CheckerSettings settings;
    settings.subset = {false, false, false};
    p.checker.configure(settings);
    p.address(p.m.aw, 0x1004, 1);
    p.step();
    p.data(true, 0xf8);
  });
  all["AXI4_ERRM_WVALID_RESET"] = [](Port& p) { p.data(true); };
  const auto data_changes = [&](const std::string& rule, std::function<void(Port&)> change) {
    all[rule] = after_reset([change](Port& p) {
      p.write(0x1000, 2);
      p.s.wready = false;
      p.m.wvalid = true;
      p.m.wstrb = 0xff;
      p.hold();
      change(p);
      p.hold();
    });
  };
  data_changes("AXI4_ERRM_WVALID_STABLE", [](Port& p) { p.m.wvalid = false; });
  data_changes("AXI4_ERRM_WDATA_STABLE", [](Port& p) { p.m.wdata[7] = 1; });
  data_changes("AXI4_ERRM_WSTRB_STABLE", [](Port& p) { p.m.wstrb = 1; });
  data_changes("AXI4_ERRM_WLAST_STABLE", [](Port& p) { p.m.wlast = true; });
  all["AXI4_RECS_WREADY_MAX_WAIT"] = after_reset([=](Port& p) {
    impatient(p);
    p.s.wready = false;
    p.m.wvalid = true;
    for (int i = 0; i < 4; ++i) p.hold();
  });

  // Write responses.
  const auto written = [](Port& p) {
    p.write(0x1000, 1, 3);
    p.data(true);
  };
  all["AXI4_ERRS_BRESP_AW"] = after_reset([=](Port& p) {
    written(p);
    p.respond(2);
  });
  all["AXI4_ERRS_BRESP_WLAST"] = after_reset([](Port& p) {
    p.write(0x1000, 2, 3);
    p.data(false);
    p.respond(3);
  });
  all["AXI4_ERRS_BRESP_EXOKAY"] = after_reset([=](Port& p) {
    written(p);
    p.respond(3, axi::exokay);
  });
  all["AXI4_ERRS_BRESP_ALL_DONE_EOS"] = after_reset([=](Port& p) {
    written(p);
    p.checker.end(p.cycle);
  });
  all["AXI4_ERRS_BVALID_RESET"] = [](Port& p) {
    p.s.bvalid = true;
    p.step();
  };
  const auto response_changes = [&](const std::string& rule, std::function<void(Port&)> change) {
    all[rule] = after_reset([change, written](Port& p) {
      written(p);
      p.m.bready = false;
      p.s.bvalid = true;
      p.s.bid = 3;
      p.hold();
      change(p);
      p.hold();
    });
  };
  response_changes("AXI4_ERRS_BVALID_STABLE", [](Port& p) { p.s.bvalid = false; });
  response_changes("AXI4_ERRS_BID_STABLE", [](Port& p) { p.s.bid = 1; });
  response_changes("AXI4_ERRS_BRESP_STABLE", [](Port& p) { p.s.bresp = axi::slave_error; });
  all["AXI4_RECM_BREADY_MAX_WAIT"] = after_reset([=](Port& p) {
    impatient(p);
    written(p);
    p.m.bready = false;
    p.s.bvalid = true;
    p.s.bid = 3;
    for (int i = 0; i < 4; ++i) p.hold();
  });

  // Read data.
  all["AXI4_ERRS_RID"] = after_reset([](Port& p) {
    p.read(0x1000, 1, 3);
    p.give(true, 2);
  });
  all["AXI4_ERRS_RDATA_NUM"] = after_reset([](Port& p) {
    p.read(0x1000, 3);
    p.give(false);
    p.give(true);
  });
  all["AXI4_ERRS_RRESP_EXOKAY"] = after_reset([](Port& p) {
    p.read(0x1000, 1);
    p.give(true, 0, axi::exokay);
  });
  all["AXI4_ERRS_RLAST_ALL_DONE_EOS"] = after_reset([](Port& p) {
    p.read(0x1000, 2);
    p.give(false);
    p.checker.end(p.cycle);
  });
  all["AXI4_ERRS_RVALID_RESET"] = [](Port& p) {
    p.m.rready = false;
    p.s.rvalid = true;
    p.step();
  };
  const auto read_changes = [&](const std::string& rule, std::function<void(Port&)> change) {
    all[rule] = after_reset([change](Port& p) {
      p.read(0x1000, 4);
      p.m.rready = false;
      p.s.rvalid = true;
      p.hold();
      change(p);
      p.hold();
    });
  };
  read_changes("AXI4_ERRS_RVALID_STABLE", [](Port& p) { p.s.rvalid = false; });
  read_changes("AXI4_ERRS_RID_STABLE", [](Port& p) { p.s.rid = 1; });
  read_changes("AXI4_ERRS_RDATA_STABLE", [](Port& p) { p.s.rdata[0] = 1; });
  read_changes("AXI4_ERRS_RRESP_STABLE", [](Port& p) { p.s.rresp = axi::slave_error; });
  read_changes("AXI4_ERRS_RLAST_STABLE", [](Port& p) { p.s.rlast = true; });
  all["AXI4_RECM_RREADY_MAX_WAIT"] = after_reset([=](Port& p) {
    impatient(p);
    p.read(0x1000, 1);
    p.m.rready = false;
    p.s.rvalid = p.s.rlast = true;
    for (int i = 0; i < 4; ++i) p.hold();
  });

  // The subset and hazards.
  const auto odd_read = [&](const std::string& rule, std::function<void(axi::Address&)> change) {
    all[rule] = after_reset([change](Port& p) {
      p.address(p.m.ar, 0x1000, 2);
      change(p.m.ar);
      p.step();
    });
  };
  odd_read("SD_SUBSET_EXCLUSIVE", [](axi::Address& a) { a.lock = 1; });
  odd_read("SD_SUBSET_INCR", [](axi::Address& a) { a.burst = axi::burst_wrap; });
  odd_read("SD_SUBSET_FULL_WIDTH", [](axi::Address& a) { a.size = 2; });
  odd_read("SD_SUBSET_ALIGNED", [](axi::Address& a) { a.address = 0x1004; });
  all["SD_HAZARD_READ_AFTER_WRITE"] = after_reset([](Port& p) {
    p.write(0x1008, 1);
    p.data(true);
    p.read(0x1000, 2);
  });
  all["SD_HAZARD_WRITE_AFTER_READ"] = after_reset([](Port& p) {
    p.read(0x1000, 2);
    p.write(0x1008, 1);
  });
  all["SD_HAZARD_WRITE_AFTER_WRITE"] = after_reset([](Port& p) {
    p.write(0x1000, 2, 1);
    p.write(0x1008, 1, 2);
  });
  return all;
}

TEST(Axi4Checker, EveryRuleIsCaughtByItsName) {
  const auto all = scenes();
  for (const axi::rule::Entry& rule : axi::rule::axi4_rules) {
    const auto scene = all.find(rule.name);
    ASSERT_NE(scene, all.end()) << "no scene breaks " << rule.name;
    Port port;
    scene->second(port);
    const auto& found = port.checker.violations().list();
    ASSERT_FALSE(found.empty()) << rule.name;
    // A response in the first cycle after reset is also one that nobody asked for.
    const bool alone = std::string(rule.name) != "AXI4_ERRS_BVALID_RESET";
    EXPECT_EQ(found.size(), alone ? 1U : 2U) << rule.name << " and " << found.back().text;
    EXPECT_STREQ(found[0].rule, rule.name);
    EXPECT_NE(found[0].text.find("test, cycle "), std::string::npos) << found[0].text;
    EXPECT_NE(found[0].text.find(std::string(rule.name) + ": "), std::string::npos);
  }
  EXPECT_EQ(all.size(), axi::rule::axi4_rules.size());
}

TEST(Axi4Checker, HasNothingToSayAboutGoodTraffic) {
  Port p;
  p.step();
  p.read(0x1000, 2, 1);
  p.read(0x2000, 1, 2);
  p.give(true, 2);  // another id may overtake,
  p.give(false, 1);
  p.write(0x3000, 2, 5);
  p.data(false);
  p.give(true, 1);
  p.write(0x3010, 1, 6);
  p.data(true);
  p.data(true);
  p.respond(6);  // here too
  p.respond(5, axi::slave_error);
  p.data(false);  // data may come before their address
  p.data(true, 0x0f);
  p.write(0x4000, 2);
  p.respond();
  p.write(0x1ff8, 1);  // up to the 4 KiB border
  p.data(true);
  p.respond(0, axi::decode_error);
  p.read(0x1000, 256);
  for (int i = 1; i <= 256; ++i) p.give(i == 256);
  p.checker.end(p.cycle);
  for (const Violation& found : p.checker.violations().list()) ADD_FAILURE() << found.text;
  EXPECT_EQ(p.checker.reads_in_flight() + p.checker.writes_in_flight(), 0U);
}

TEST(Axi4Checker, WaitingWithStablePinsIsFine) {
  Port p;
  p.step();
  p.s.arready = p.s.awready = p.s.wready = false;
  p.m.bready = p.m.rready = false;
  p.address(p.m.ar, 0x1000, 1);
  p.address(p.m.aw, 0x2000, 1);
  p.m.wvalid = p.m.wlast = true;
  for (int i = 0; i < 1000; ++i) p.hold();
  p.s.arready = p.s.awready = p.s.wready = true;
  p.step();
  p.s.rvalid = p.s.rlast = p.s.bvalid = true;
  for (int i = 0; i < 1000; ++i) p.hold();
  p.m.bready = p.m.rready = true;
  p.step();
  p.checker.end(p.cycle);
  EXPECT_EQ(p.checker.violations().count(), 0U);
}

TEST(Axi4Checker, AResponseOfOneIdAnswersTheOldestWrite) {
  Port p;
  p.step();
  p.write(0x1000, 1, 4);
  p.write(0x2000, 1, 4);
  p.data(true);
  p.respond(4);
  p.respond(4);
  ASSERT_EQ(p.checker.violations().list().size(), 1U);
  EXPECT_STREQ(p.checker.violations().list()[0].rule, "AXI4_ERRS_BRESP_WLAST");
}

TEST(Axi4Checker, AFloodIsCountedAndCutShort) {
  Port p;
  p.step();
  for (int i = 0; i < 1000; ++i) p.give(true);
  EXPECT_EQ(p.checker.violations().count(), 1000U);
  EXPECT_EQ(p.checker.violations().list().size(), 100U);
}

TEST(Axi4Checker, ResetForgetsWhatWasInFlight) {
  Port p;
  p.step();
  p.read(0x1000, 2);
  p.write(0x2000, 1);
  p.checker.reset();
  p.step();
  p.checker.end(p.cycle);
  EXPECT_EQ(p.checker.violations().count(), 0U);
}

TEST(AxiPins, LanesOfNarrowUnalignedAndWrappedBursts) {
  axi::Address a;
  a.address = 0x1003;
  a.length = 3;
  a.size = 2;
  EXPECT_EQ(axi::lanes_of<8>(a, 0), 0x08U) << "up to the next multiple of the beat";
  EXPECT_EQ(axi::lanes_of<8>(a, 1), 0xf0U);
  EXPECT_EQ(axi::lanes_of<8>(a, 2), 0x0fU);
  a.address = 0x1008;
  a.burst = axi::burst_wrap;
  EXPECT_EQ(axi::lanes_of<8>(a, 1), 0xf0U);
  EXPECT_EQ(axi::lanes_of<8>(a, 2), 0x0fU);
  EXPECT_EQ(axi::span_of(a).begin, 0x1000U);
  EXPECT_EQ(axi::span_of(a).end, 0x1010U);
  a.size = 6;
  a.burst = axi::burst_incr;
  a.address = 0x1000;
  EXPECT_EQ(axi::lanes_of<64>(a, 0), ~std::uint64_t{0});
}

}  // namespace
}  // namespace sd::tb
