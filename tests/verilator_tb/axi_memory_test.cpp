// The AXI memory beside the checker of its port, driven by a manager that this test writes by hand.
#include "axi_memory.hpp"

#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <set>

#include "axi4_checker.hpp"

namespace sd::tb {
namespace {

constexpr int bytes = 8;
constexpr std::uint64_t size = 64 * 1024;

struct Burst {
  bool write = false;
  std::uint64_t address = 0;
  std::uint32_t beats = 1, id = 0;
};
struct ReadBeat {
  std::uint32_t id, response;
  bool last;
  axi::Data<bytes> data;
  std::uint64_t cycle;
};
struct Response {
  std::uint32_t id, code;
  std::uint64_t cycle;
};

/// A manager that issues its bursts as fast as the memory lets it, and takes all answers.
class Bench {
 public:
  explicit Bench(const SdMemorySettings& settings)
      : memory_(data.data(), size), settings_(settings) {
    for (std::size_t i = 0; i < data.size(); ++i)
      data[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
    memory_.configure(settings, 0);
    axi::CheckerSettings rules;
    rules.allow_wrong_rlast = memory_.breaks_rlast();
    checker_.configure(rules);
    checker_.reset();
    memory_.reset();
    cycle();
  }

  /// Until everything is answered, or `limit` cycles.
  void run(const std::vector<Burst>& bursts, std::uint64_t limit = 100'000) {
    for (const Burst& burst : bursts) (burst.write ? writes_ : reads_).push_back(burst);
    const std::uint64_t end = now + limit;
    while (now < end) {
      cycle();
      if (reads_.empty() && writes_.empty() && w_.empty() && !m_.ar.valid && !m_.aw.valid &&
          !m_.wvalid && checker_.reads_in_flight() + checker_.writes_in_flight() == 0)
        return;
    }
    timed_out = true;
  }

  std::vector<std::uint8_t> data = std::vector<std::uint8_t>(size);
  std::vector<ReadBeat> beats;
  std::vector<Response> responses;
  std::vector<std::uint64_t> read_accepted, write_accepted, data_accepted;
  std::uint64_t now = 0;
  bool timed_out = false;
  bool data_with_address = true;  ///< WVALID does not wait for AWREADY
  axi::Memory<bytes>& memory() { return memory_; }
  Violations& violations() { return checker_.violations(); }

 private:
  void cycle() {
    const axi::Subordinate<bytes> s = memory_.pins();
    checker_.clock(m_, s, now);
    if (m_.ar.valid && s.arready) read_accepted.push_back(now);
    if (m_.aw.valid && s.awready) write_accepted.push_back(now);
    if (m_.wvalid && s.wready) data_accepted.push_back(now);
    if (s.rvalid && m_.rready) beats.push_back({s.rid, s.rresp, s.rlast, s.rdata, now});
    if (s.bvalid && m_.bready) responses.push_back({s.bid, s.bresp, now});
    memory_.clock(m_, now);
    ++now;
    m_.rready = m_.bready = true;
    if (m_.ar.valid && s.arready) m_.ar.valid = false;
    if (m_.aw.valid && s.awready) {
      m_.aw.valid = false;
      if (!data_with_address) queue_data(m_.aw);
    }
    if (m_.wvalid && s.wready) m_.wvalid = false;
    if (!m_.ar.valid && !reads_.empty()) {
      m_.ar = address(reads_.front());
      reads_.erase(reads_.begin());
    }
    if (!m_.aw.valid && !writes_.empty()) {
      m_.aw = address(writes_.front());
      writes_.erase(writes_.begin());
      if (data_with_address) queue_data(m_.aw);
    }
    if (!m_.wvalid && !w_.empty()) {
      m_.wvalid = true;
      m_.wstrb = 0xff;
      m_.wlast = w_.front().second;
      std::memcpy(m_.wdata.data(), &w_.front().first, 8);
      w_.erase(w_.begin());
    }
  }
  /// A beat's data: its own address with the top bit set.
  void queue_data(const axi::Address& a) {
    for (std::uint32_t i = 0; i < a.beats(); ++i)
      w_.emplace_back((a.address + i * 8) | 1ULL << 63, i + 1 == a.beats());
  }
  static axi::Address address(const Burst& burst) {
    axi::Address a;
    a.valid = true;
    a.address = burst.address;
    a.length = burst.beats - 1;
    a.size = 3;
    a.id = burst.id;
    return a;
  }

  axi::Memory<bytes> memory_;
  axi::Axi4Checker<bytes> checker_{"bench"};
  SdMemorySettings settings_;
  axi::Manager<bytes> m_;
  std::vector<Burst> reads_, writes_;
  std::vector<std::pair<std::uint64_t, bool>> w_;
};

SdMemorySettings quick() {
  SdMemorySettings s = axi::default_settings();
  s.read_latency_min = s.read_latency_max = s.write_latency_min = s.write_latency_max = 4;
  return s;
}

std::vector<Burst> sixteen_reads(std::uint32_t ids) {
  std::vector<Burst> bursts;
  for (std::uint32_t i = 0; i < 16; ++i) bursts.push_back({false, i * 64ULL, 8, i % ids});
  return bursts;
}

/// Every read beat holds what the memory holds, in the order of its id's bursts.
void expect_right_data(const Bench& bench, const std::vector<Burst>& bursts) {
  std::map<std::uint32_t, std::vector<std::uint64_t>> addresses;
  for (const Burst& burst : bursts)
    if (!burst.write)
      for (std::uint32_t i = 0; i < burst.beats; ++i)
        addresses[burst.id].push_back(burst.address + i * 8);
  std::map<std::uint32_t, std::size_t> at;
  for (const ReadBeat& beat : bench.beats) {
    const std::uint64_t address = addresses[beat.id].at(at[beat.id]++);
    EXPECT_EQ(std::memcmp(beat.data.data(), &bench.data[address], 8), 0) << address;
  }
  for (const auto& [id, list] : addresses) EXPECT_EQ(at[id], list.size());
}

TEST(AxiMemory, FixedLatencyAndABeatACycle) {
  Bench bench(quick());
  const auto bursts = sixteen_reads(1);
  bench.run(bursts);
  expect_right_data(bench, bursts);
  // Offered `latency` cycles after the address, seen at the edge after that.
  EXPECT_EQ(bench.beats.front().cycle - bench.read_accepted.front(), 4U + 1U);
  EXPECT_EQ(bench.beats.back().cycle - bench.beats.front().cycle, 16U * 8U - 1U);
  EXPECT_EQ(bench.violations().count(), 0U);
}

TEST(AxiMemory, LatencyIsDrawnFromItsRangeAndFollowsTheSeed) {
  const auto latencies = [](std::uint64_t seed) {
    SdMemorySettings s = quick();
    s.read_latency_min = 10;
    s.read_latency_max = 20;
    s.max_reads = 1;
    s.seed = seed;
    Bench bench(s);
    bench.run(sixteen_reads(1));
    std::vector<std::uint64_t> result;
    for (std::size_t i = 0; i < 16; ++i)
      result.push_back(bench.beats[i * 8].cycle - bench.read_accepted[i] - 1);
    return result;
  };
  const auto first = latencies(1);
  EXPECT_EQ(*std::min_element(first.begin(), first.end()), 10U);
  EXPECT_GT(std::set(first.begin(), first.end()).size(), 4U);
  EXPECT_LE(*std::max_element(first.begin(), first.end()), 20U);
  EXPECT_EQ(first, latencies(1));
  EXPECT_NE(first, latencies(2));
}

TEST(AxiMemory, BandwidthIsLimitedSeparatelyForReadsAndWrites) {
  SdMemorySettings s = quick();
  s.read_bytes_per_cycle = 2.0;
  s.write_bytes_per_cycle = 0.5;
  s.bandwidth_burst_bytes = 8;
  Bench bench(s);
  bench.run(sixteen_reads(1));
  EXPECT_EQ(bench.beats.back().cycle - bench.beats.front().cycle, (16U * 8U - 1U) * 4U);
  bench.run({{true, 0x2000, 16, 0}, {true, 0x3000, 16, 0}});
  const std::uint64_t cycles = bench.data_accepted.back() - bench.data_accepted.front();
  EXPECT_NEAR(static_cast<double>(cycles), 31.0 * 16.0, 2.0);
}

TEST(AxiMemory, ABucketLetsAnIdleChannelCatchUp) {
  SdMemorySettings s = quick();
  s.read_bytes_per_cycle = 1.0;
  s.bandwidth_burst_bytes = 64;
  Bench bench(s);
  bench.run({{false, 0, 8, 0}});
  EXPECT_EQ(bench.beats.back().cycle - bench.beats.front().cycle, 7U) << "64 bytes were saved up";
  const std::size_t seen = bench.beats.size();
  bench.run({{false, 0, 8, 0}});
  EXPECT_GT(bench.beats.back().cycle - bench.beats[seen].cycle, 30U);
}

TEST(AxiMemory, AnswersOfOneIdStayInOrderAndOthersOvertakeWithinTheWindow) {
  for (const std::uint32_t window : {1U, 4U}) {
    for (const std::uint32_t interleave : {0U, 1U}) {
      SdMemorySettings s = quick();
      s.read_reorder = s.write_reorder = window;
      s.interleave_reads = interleave;
      s.read_latency_max = s.write_latency_max = 40;
      Bench bench(s);
      const auto bursts = sixteen_reads(4);
      bench.run(bursts);
      expect_right_data(bench, bursts);
      std::vector<std::uint32_t> order;  // of ids, by last beats
      bool mixed = false;
      for (std::size_t i = 0; i < bench.beats.size(); ++i) {
        if (bench.beats[i].last) order.push_back(bench.beats[i].id);
        if (i > 0 && !bench.beats[i - 1].last && bench.beats[i].id != bench.beats[i - 1].id)
          mixed = true;
      }
      std::vector<std::uint32_t> asked;
      for (const Burst& burst : bursts) asked.push_back(burst.id);
      EXPECT_EQ(order == asked, window == 1) << window;
      EXPECT_EQ(mixed, window == 4 && interleave == 1);
      // No burst is answered before one that was more than the window older.
      std::vector<Burst> writes;
      for (std::uint32_t i = 0; i < 16; ++i) writes.push_back({true, 0x4000 + i * 64ULL, 2, i % 8});
      bench.run(writes);
      ASSERT_EQ(bench.responses.size(), 16U);
      std::vector<std::uint32_t> answered;
      for (const Response& response : bench.responses) answered.push_back(response.id);
      std::vector<std::uint32_t> in_order(16);
      for (std::uint32_t i = 0; i < 16; ++i) in_order[i] = i % 8;
      EXPECT_EQ(answered == in_order, window == 1);
      EXPECT_EQ(bench.violations().count(), 0U);
    }
  }
}

TEST(AxiMemory, OutstandingBurstsAreLimited) {
  SdMemorySettings s = quick();
  s.max_reads = 3;
  s.max_writes = 2;
  s.read_latency_min = s.read_latency_max = s.write_latency_min = s.write_latency_max = 200;
  Bench bench(s);
  bench.run(sixteen_reads(1));
  EXPECT_LT(bench.read_accepted[2], 20U);
  EXPECT_GT(bench.read_accepted[3], 200U);
  const std::uint64_t start = bench.now;
  bench.run({{true, 0, 1, 0}, {true, 64, 1, 0}, {true, 128, 1, 0}});
  EXPECT_LT(bench.write_accepted[1] - start, 20U);
  EXPECT_GT(bench.write_accepted[2] - start, 200U);
}

TEST(AxiMemory, EveryChannelHasGapsOfItsOwn) {
  for (int channel = 0; channel < 5; ++channel) {
    const auto cycles = [channel](std::uint32_t stalls, std::uint32_t longest, std::uint64_t seed) {
      SdMemorySettings s = quick();
      s.max_reads = s.max_writes = 1;
      s.stalls_per_1024[channel] = stalls;
      s.stall_cycles_max = longest;
      s.seed = seed;
      Bench bench(s);
      auto bursts = sixteen_reads(1);
      for (std::uint32_t i = 0; i < 16; ++i) bursts.push_back({true, 0x4000 + i * 64ULL, 8, 0});
      bench.run(bursts);
      EXPECT_EQ(bench.violations().count(), 0U);
      return bench.now;
    };
    const std::uint64_t smooth = cycles(0, 1, 1), stalled = cycles(600, 1, 1);
    EXPECT_GT(stalled, smooth) << channel;
    EXPECT_GT(cycles(600, 8, 1), stalled) << channel;
    EXPECT_EQ(cycles(600, 1, 1), stalled);
    EXPECT_NE(cycles(600, 1, 2), stalled) << channel;
  }
}

TEST(AxiMemory, ReadyMayWaitForValid) {
  SdMemorySettings s = quick();
  s.ready_after_valid = 1;
  Bench bench(s);
  auto bursts = sixteen_reads(2);
  bursts.push_back({true, 0x4000, 16, 0});
  bench.run(bursts);
  EXPECT_FALSE(bench.timed_out);
  EXPECT_EQ(bench.violations().count(), 0U);
  EXPECT_EQ(bench.data[0x4000 + 15 * 8], 0x78);
}

TEST(AxiMemory, AnAddressThatWaitsForDataHangsAManagerThatWaitsForTheAddress) {
  SdMemorySettings s = quick();
  s.address_after_data = 1;
  for (const bool patient : {false, true}) {
    Bench bench(s);
    bench.data_with_address = !patient;
    bench.run({{true, 0x4000, 4, 0}, {true, 0x5000, 4, 0}}, 1000);
    EXPECT_EQ(bench.timed_out, patient);
    EXPECT_EQ(bench.violations().count(), 0U);
    if (!patient) {
      EXPECT_EQ(bench.data[0x5007], 0x80);
    }
  }
}

TEST(AxiMemory, DataMayComeBeforeTheirAddress) {
  SdMemorySettings s = quick();
  s.data_before_address = 1;
  s.stalls_per_1024[2] = 1000;
  s.stall_cycles_max = 20;
  Bench bench(s);
  bench.run({{true, 0x4000, 4, 0}, {true, 0x5000, 4, 1}});
  EXPECT_FALSE(bench.timed_out);
  EXPECT_LT(bench.data_accepted.front(), bench.write_accepted.front());
  EXPECT_EQ(bench.data[0x4018], 0x18);
  EXPECT_EQ(bench.data[0x5018], 0x18);
  EXPECT_EQ(bench.violations().count(), 0U);
}

TEST(AxiMemory, WritesBecomeVisibleWithTheirResponse) {
  for (const std::uint32_t at_data : {0U, 1U}) {
    SdMemorySettings s = quick();
    s.write_latency_min = s.write_latency_max = 100;
    s.write_at_data = at_data;
    Bench bench(s);
    const std::uint8_t before = bench.data[0x4008];
    bench.run({{true, 0x4000, 2, 0}}, 50);
    EXPECT_EQ(bench.data[0x4008], at_data != 0 ? 0x08 : before);
    bench.run({}, 100);
    EXPECT_EQ(bench.data[0x4008], 0x08);
  }
}

SdMemoryFault fault(SdFaultKind kind, bool write, std::uint64_t begin, std::uint64_t end,
                    std::uint64_t nth = 0, std::uint32_t chance = 65536,
                    std::uint32_t response = axi::slave_error) {
  return {kind, write ? 1U : 0U, response, chance, begin, end, nth};
}

SdMemorySettings with(const std::vector<SdMemoryFault>& faults) {
  SdMemorySettings s = quick();
  s.faults = faults.data();
  s.fault_count = faults.size();
  return s;
}

constexpr std::uint64_t everywhere = ~std::uint64_t{0};

TEST(AxiMemory, ErrorsByAddressRange) {
  const std::vector<SdMemoryFault> faults = {
      fault(sd_fault_response, false, 76, 77),
      fault(sd_fault_response, true, 0x4010, 0x4011, 0, 65536, axi::decode_error)};
  Bench bench(with(faults));
  bench.run({{false, 0, 16, 0}, {true, 0x4000, 4, 0}, {true, 0x5000, 4, 0}});
  for (std::size_t i = 0; i < 16; ++i)
    EXPECT_EQ(bench.beats[i].response, i == 9 ? axi::slave_error : axi::okay) << i;
  EXPECT_EQ(bench.responses[0].code, axi::decode_error);
  EXPECT_EQ(bench.responses[1].code, axi::okay);
}

TEST(AxiMemory, ErrorsByNumber) {
  const std::vector<SdMemoryFault> faults = {fault(sd_fault_response, false, 0, everywhere, 11),
                                             fault(sd_fault_response, true, 0, everywhere, 2)};
  Bench bench(with(faults));
  bench.run({{false, 0, 16, 0}, {true, 0x4000, 4, 0}, {true, 0x5000, 4, 0}, {true, 0x6000, 1, 0}});
  for (std::size_t i = 0; i < 16; ++i)
    EXPECT_EQ(bench.beats[i].response, i == 10 ? axi::slave_error : axi::okay) << i;
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(bench.responses[i].code, i == 1 ? axi::slave_error : axi::okay) << i;
}

TEST(AxiMemory, ErrorsByChanceFollowTheSeed) {
  const auto errors = [](std::uint64_t seed) {
    const std::vector<SdMemoryFault> faults = {
        fault(sd_fault_response, false, 0, everywhere, 0, 65536 / 8)};
    SdMemorySettings s = with(faults);
    s.seed = seed;
    Bench bench(s);
    bench.run(sixteen_reads(1));
    std::vector<std::size_t> where;
    for (std::size_t i = 0; i < bench.beats.size(); ++i)
      if (bench.beats[i].response != axi::okay) where.push_back(i);
    return where;
  };
  EXPECT_GT(errors(1).size(), 4U);
  EXPECT_LT(errors(1).size(), 40U);
  EXPECT_EQ(errors(1), errors(1));
  EXPECT_NE(errors(1), errors(2));
}

TEST(AxiMemory, RlastEarlyAndLate) {
  for (const SdFaultKind kind : {sd_fault_early_rlast, sd_fault_late_rlast}) {
    const std::vector<SdMemoryFault> faults = {fault(kind, false, 0, everywhere, 2)};
    Bench bench(with(faults));
    bench.run({{false, 0, 4, 0}, {false, 0x100, 4, 0}, {false, 0x200, 4, 0}});
    EXPECT_FALSE(bench.timed_out);
    std::vector<std::size_t> lengths(1);
    for (const ReadBeat& beat : bench.beats) {
      ++lengths.back();
      if (beat.last) lengths.push_back(0);
    }
    lengths.pop_back();
    EXPECT_EQ(lengths, (std::vector<std::size_t>{4, kind == sd_fault_early_rlast ? 3U : 5U, 4}));
    EXPECT_EQ(bench.violations().count(), 0U) << "what was asked for is not a finding";
  }
}

TEST(AxiMemory, AnAnswerThatNeverComes) {
  for (const bool write : {false, true}) {
    const std::vector<SdMemoryFault> faults = {fault(sd_fault_no_answer, write, 0x100, 0x101)};
    Bench bench(with(faults));
    bench.run({{write, 0, 1, 0}, {write, 0x100, 1, 0}, {write, 0x200, 1, 0}}, 1000);
    EXPECT_TRUE(bench.timed_out);
    EXPECT_EQ(write ? bench.responses.size() : bench.beats.size(), 1U)
        << "what is behind it in order waits too";
  }
}

TEST(AxiMemory, OutsideIsADecodeErrorAndAFinding) {
  SdMemorySettings s = quick();
  s.write_begin = 0x1000;
  s.write_end = 0x1010;
  for (const std::uint32_t is_failure : {1U, 0U}) {
    s.outside_is_failure = is_failure;
    Bench bench(s);
    const auto before = bench.data;
    bench.run({{false, size, 1, 0}, {true, 0x1010, 1, 0}, {true, 0xff8, 2, 0}});
    EXPECT_EQ(bench.beats[0].response, axi::decode_error);
    EXPECT_EQ(bench.responses[0].code, axi::decode_error);
    EXPECT_EQ(bench.data, before);
    const auto& found = bench.memory().violations.list();
    ASSERT_EQ(found.size(), is_failure != 0 ? 3U : 0U);
    if (!found.empty()) {
      EXPECT_NE(found[0].text.find("SD_MEMORY_RANGE"), std::string::npos) << found[0].text;
    }
  }
}

TEST(AxiMemory, RandomTrafficUnderEverySettingIsRight) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    RandomStream random(seed);
    SdMemorySettings s = axi::default_settings();
    s.seed = seed;
    s.read_latency_min = random.below(5);
    s.read_latency_max = s.read_latency_min + random.below(60);
    s.write_latency_min = random.below(5);
    s.write_latency_max = s.write_latency_min + random.below(60);
    s.read_bytes_per_cycle = random.below(2) * 0.25 * (1 + random.below(40));
    s.write_bytes_per_cycle = random.below(2) * 0.25 * (1 + random.below(40));
    s.bandwidth_burst_bytes = 8 << random.below(5);
    s.max_reads = 1 + random.below(20);
    s.max_writes = 1 + random.below(20);
    s.read_reorder = 1 + random.below(8);
    s.write_reorder = 1 + random.below(8);
    s.interleave_reads = random.below(2);
    for (auto& stalls : s.stalls_per_1024) stalls = random.below(2) * random.below(700);
    s.stall_cycles_max = 1 + random.below(10);
    s.ready_after_valid = random.below(2);
    s.address_after_data = random.below(2);
    s.data_before_address = random.below(2);
    Bench bench(s);
    // Reads in the lower half, writes to places of their own in the upper half.
    std::vector<Burst> bursts;
    for (std::uint32_t i = 0; i < 60; ++i) {
      const bool write = random.below(2) != 0;
      const std::uint32_t beats = 1 + random.below(16);
      const std::uint64_t place = write ? 0x8000 + i * 128ULL : random.below(0x8000 / 128) * 128ULL;
      bursts.push_back({write, place, beats, random.below(4)});
    }
    bench.run(bursts);
    EXPECT_FALSE(bench.timed_out) << "seed " << seed;
    for (const Violation& found : bench.violations().list())
      ADD_FAILURE() << "seed " << seed << ": " << found.text;
    expect_right_data(bench, bursts);
    for (const Burst& burst : bursts)
      if (burst.write)
        for (std::uint32_t i = 0; i < burst.beats; ++i) {
          const std::uint64_t at = burst.address + i * 8, value = at | 1ULL << 63;
          EXPECT_EQ(std::memcmp(&bench.data[at], &value, 8), 0) << "seed " << seed;
        }
  }
}

TEST(WriteScoreboard, FindsTheFirstWrongWriteAndItsCycle) {
  Bench bench(quick());
  std::vector<std::uint64_t> expected(8);
  for (std::size_t i = 0; i < 8; ++i) expected[i] = (0x4000 + i * 8) | 1ULL << 63;
  expected[5] ^= 0x100;
  const SdExpectedRegion region{0x4000, 64, reinterpret_cast<const std::uint8_t*>(expected.data())};
  bench.memory().scoreboard.expect(&region, 1);
  bench.run({{true, 0x4000, 4, 0}, {true, 0x4020, 2, 0}, {true, 0x9000, 2, 0}});
  const SdRegionState state = bench.memory().scoreboard.state(0);
  EXPECT_EQ(state.written, 48U) << "two beats are missing, what is elsewhere does not count";
  EXPECT_EQ(state.wrong, 1U);
  ASSERT_EQ(bench.memory().scoreboard.wrong().size(), 1U);
  const SdWrongWrite& wrong = bench.memory().scoreboard.wrong()[0];
  EXPECT_EQ(wrong.address, 0x4029U);
  EXPECT_EQ(wrong.cycle, bench.data_accepted[5]) << "the last beat of its burst";
  EXPECT_EQ(wrong.expected ^ wrong.actual, 1);
  EXPECT_EQ(state.first_cycle, bench.data_accepted[3]);
}

TEST(WriteScoreboard, MemoryThatIsUsedAgainIsComparedWithEachUseInTurn) {
  WriteScoreboard board;
  const std::uint8_t first[4] = {1, 2, 3, 4}, second[4] = {5, 6, 7, 8};
  const SdExpectedRegion regions[2] = {{100, 4, first}, {100, 4, second}};
  board.expect(regions, 2);
  for (std::uint64_t i = 0; i < 4; ++i) board.write(100 + i, first[i], i);
  for (std::uint64_t i = 0; i < 4; ++i) board.write(100 + i, second[i], 10 + i);
  EXPECT_TRUE(board.wrong().empty());
  EXPECT_EQ(board.state(0).last_cycle, 3U);
  EXPECT_EQ(board.state(1).first_cycle, 10U);
  board.write(102, 9, 20);
  ASSERT_EQ(board.wrong().size(), 1U) << "a third writing was not expected";
  EXPECT_EQ(board.wrong()[0].region, ~std::uint32_t{0});
  board.write(99, 1, 21);
  EXPECT_EQ(board.wrong().size(), 1U);
}

}  // namespace
}  // namespace sd::tb
