// axi_read_engine and axi_write_engine (and in them burst_splitter) against a memory, under random
// stalls and with errors.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "control_axi_memory.hpp"
#include "control_reset.hpp"
#include "control_stream.hpp"
#include "rtl/accelerator/control/axi_read_engine.hpp"
#include "rtl/accelerator/control/axi_write_engine.hpp"

namespace sd::rtl::test {
namespace {

design::DesignPoint design_point(int axi_bits, int burst_beats) {
  design::DesignPoint point;
  point.axi_data_bits = axi_bits;
  point.axi_burst_beats = burst_beats;
  return point;
}

struct TransferCase {
  std::uint32_t address, chunk_beats, chunks, stride;  // in beats
};

Item item_of(const TransferCase& t) {
  return {words_of(t.address), words_of(t.chunk_beats), words_of(t.chunks), words_of(t.stride)};
}
const std::vector<std::string> transfer_fields{"bits_address", "bits_chunk_beats", "bits_chunks",
                                               "bits_stride"};

/// Bursts that a transfer takes at the least.
std::uint64_t bursts_of(const TransferCase& t, std::uint32_t axi_bytes, std::uint32_t longest) {
  std::uint64_t bursts = 0;
  const std::uint32_t page = 4096 / axi_bytes;
  for (std::uint32_t c = 0; c < t.chunks; ++c) {
    std::uint32_t at = t.address + c * t.stride, left = t.chunk_beats;
    while (left > 0) {
      const std::uint32_t beats = std::min({left, longest, page - at % page});
      at += beats;
      left -= beats;
      ++bursts;
    }
  }
  return bursts;
}

TransferCase random_transfer(Random& random, std::uint32_t memory_beats, bool overlap) {
  TransferCase t{};
  t.chunks = random() % 3 == 0 ? 1 : 1 + random() % 6;
  t.chunk_beats = random() % 4 == 0 ? 1 + random() % 300 : 1 + random() % 20;
  t.stride = t.chunk_beats + random() % 40;
  if (overlap && random() % 4 == 0) t.stride = random() % 8;
  const std::uint32_t span = (t.chunks - 1) * t.stride + t.chunk_beats;
  t.address = random() % (memory_beats - span);
  if (random() % 3 == 0)
    t.address =
        std::min<std::uint32_t>(t.address | 0x1f8, memory_beats - span);  // near a page's end
  return t;
}

class ReadEngine : public ::testing::TestWithParam<std::pair<int, int>> {
 protected:
  int axi_bytes = GetParam().first / 8, longest = GetParam().second;
  tb::Block block{hcl::elaborate<AxiReadEngine>(design_point(GetParam().first, GetParam().second))};
  AxiMemory memory{"axi", "r", axi_bytes, longest, 1 << 16, 7};
  Source program{"program", transfer_fields, 1}, load{"load", transfer_fields, 2};
  const std::vector<std::string> beat_fields{"bits_data", "bits_error", "bits_last"};
  Sink program_beats{"program_beat", beat_fields, 3}, load_beats{"load_beat", beat_fields, 4};

  void SetUp() override {
    Random random(11);
    for (auto& byte : memory.bytes) byte = static_cast<std::uint8_t>(random());
    reset(block);
  }
  void tick() {
    memory.drive(block);
    for (Source* s : {&program, &load}) s->drive(block);
    for (Sink* s : {&program_beats, &load_beats}) s->drive(block);
    block.eval();
    memory.sample(block);
    for (Source* s : {&program, &load}) s->sample(block);
    for (Sink* s : {&program_beats, &load_beats}) s->sample(block);
    block.step();
  }
  void expect_beats(const Sink& sink, const std::vector<TransferCase>& transfers) {
    std::size_t i = 0;
    for (const TransferCase& t : transfers)
      for (std::uint32_t c = 0; c < t.chunks; ++c)
        for (std::uint32_t b = 0; b < t.chunk_beats; ++b, ++i) {
          ASSERT_LT(i, sink.items.size());
          const std::uint32_t at =
              (t.address + c * t.stride + b) * static_cast<std::uint32_t>(axi_bytes);
          std::vector<std::uint32_t> data(static_cast<std::size_t>(axi_bytes) / 4);
          std::memcpy(data.data(), &memory.bytes[at], static_cast<std::size_t>(axi_bytes));
          const bool bad =
              memory.bad_reads && at >= memory.bad_reads->first && at <= memory.bad_reads->second;
          const bool last = c + 1 == t.chunks && b + 1 == t.chunk_beats;
          ASSERT_EQ(sink.items[i], (Item{data, {bad ? 1U : 0U}, {last ? 1U : 0U}})) << "beat " << i;
        }
    EXPECT_EQ(i, sink.items.size());
  }
};

TEST_P(ReadEngine, BringsEveryBeatToWhoAskedForIt) {
  Random random(5);
  const std::uint32_t beats =
      static_cast<std::uint32_t>(memory.bytes.size()) / static_cast<std::uint32_t>(axi_bytes);
  std::vector<TransferCase> programs, loads;
  std::uint64_t bursts = 0;
  for (int i = 0; i < 60; ++i) {
    loads.push_back(random_transfer(random, beats, true));
    programs.push_back({static_cast<std::uint32_t>(random() % (beats - 64)),
                        64U / static_cast<std::uint32_t>(axi_bytes), 1, 0});
    for (const auto& t : {loads.back(), programs.back()})
      bursts +=
          bursts_of(t, static_cast<std::uint32_t>(axi_bytes), static_cast<std::uint32_t>(longest));
    load.items.push_back(item_of(loads.back()));
    program.items.push_back(item_of(programs.back()));
  }
  memory.bad_reads = {0x3000, 0x3fff};
  for (int cycle = 0; cycle < 60000; ++cycle) {
    if (cycle % 500 == 0) {
      memory.timing = {static_cast<int>(10 + random() % 91), static_cast<int>(10 + random() % 91),
                       1 + static_cast<int>(random() % 40), 1, 20};
      program.percent = static_cast<int>(5 + random() % 96);
      load.percent = static_cast<int>(20 + random() % 81);
      program_beats.percent = static_cast<int>(20 + random() % 81);
      load_beats.percent = static_cast<int>(20 + random() % 81);
    }
    tick();
    if (load.items.empty() && program.items.empty() && memory.idle() && block.peek("idle_o") != 0)
      break;
  }
  EXPECT_EQ(block.peek("idle_o"), 1U);
  expect_beats(load_beats, loads);
  expect_beats(program_beats, programs);
  EXPECT_EQ(memory.read_bursts, bursts) << "bursts are not as long as they may be";
}

TEST_P(ReadEngine, SustainsABeatACycle) {
  memory.timing.read_latency = 40 < 16 * longest ? std::min(40, 12 * longest) : 1;
  const std::uint32_t beats = 1024;
  load.items.push_back(item_of({3, beats, 1, 0}));
  int cycles = 0;
  while (load_beats.items.size() < beats && cycles < 4000) tick(), ++cycles;
  EXPECT_LE(cycles, static_cast<int>(beats) + memory.timing.read_latency + 20);
}

TEST_P(ReadEngine, StopDropsWhatWasNotAskedForAndDrainsTheRest) {
  memory.timing = {50, 50, 10, 1, 5};
  load.items.push_back(item_of({0, 4000, 1, 0}));
  for (int i = 0; i < 60; ++i) tick();
  block.poke("stop_i", 1);
  int cycles = 0;
  while ((block.peek("idle_o") == 0 || !memory.idle()) && cycles < 5000) tick(), ++cycles;
  EXPECT_LT(cycles, 5000);
  EXPECT_EQ(load_beats.items.size(), memory.read_beats);
  EXPECT_LT(memory.read_beats, 4000U);
  block.poke("stop_i", 0);
  load_beats.items.clear();
  load.items.push_back(item_of({100, 30, 2, 64}));
  for (int i = 0; i < 1000; ++i) tick();
  expect_beats(load_beats, {{100, 30, 2, 64}});
}

INSTANTIATE_TEST_SUITE_P(Widths, ReadEngine,
                         ::testing::Values(std::pair{64, 16}, std::pair{128, 4}));

class WriteEngine : public ::testing::Test {
 protected:
  static constexpr int axi_bytes = 8, longest = 16;
  tb::Block block{hcl::elaborate<AxiWriteEngine>(design_point(64, 16))};
  AxiMemory memory{"axi", "w", axi_bytes, longest, 1 << 16, 8};
  Source transfer{"transfer", transfer_fields, 1}, data{"data", {"bits"}, 2};
  std::uint64_t done = 0, errors = 0;

  void SetUp() override { reset(block); }
  void tick() {
    memory.drive(block);
    transfer.drive(block);
    data.drive(block);
    block.eval();
    memory.sample(block);
    transfer.sample(block);
    data.sample(block);
    done += block.peek("done_o");
    errors += block.peek("error_o");
    block.step();
  }
};

TEST_F(WriteEngine, WritesEveryBeatToItsPlace) {
  Random random(6);
  std::vector<std::uint8_t> expected(memory.bytes.size());
  std::uint64_t bursts = 0, beats = 0;
  const int transfers = 80;
  for (int i = 0; i < transfers; ++i) {
    const TransferCase t =
        random_transfer(random, static_cast<std::uint32_t>(expected.size()) / axi_bytes, true);
    transfer.items.push_back(item_of(t));
    bursts += bursts_of(t, axi_bytes, longest);
    for (std::uint32_t c = 0; c < t.chunks; ++c)
      for (std::uint32_t b = 0; b < t.chunk_beats; ++b, ++beats) {
        const std::uint64_t value = random() | std::uint64_t{random()} << 32;
        data.items.push_back({words_of(value)});
        std::memcpy(&expected[(t.address + c * t.stride + b) * axi_bytes], &value, axi_bytes);
      }
  }
  for (int cycle = 0; cycle < 60000 && done < transfers; ++cycle) {
    if (cycle % 400 == 0) {
      memory.timing = {static_cast<int>(10 + random() % 91), static_cast<int>(10 + random() % 91),
                       1, 1 + static_cast<int>(random() % 40), 20};
      transfer.percent = static_cast<int>(5 + random() % 96);
      data.percent = static_cast<int>(20 + random() % 81);
    }
    tick();
  }
  EXPECT_EQ(done, static_cast<std::uint64_t>(transfers));
  EXPECT_EQ(errors, 0U);
  EXPECT_EQ(memory.write_beats, beats);
  EXPECT_EQ(memory.write_bursts, bursts);
  EXPECT_TRUE(memory.bytes == expected);
  EXPECT_EQ(block.peek("idle_o"), 1U);
  EXPECT_TRUE(memory.idle());
}

TEST_F(WriteEngine, SustainsABeatACycle) {
  memory.timing.write_latency = 30;
  const int beats = 1024;
  transfer.items.push_back(item_of({0, beats, 1, 0}));
  for (int i = 0; i < beats; ++i) data.items.push_back({words_of(static_cast<std::uint64_t>(i))});
  int cycles = 0;
  while (done == 0 && cycles < 4000) tick(), ++cycles;
  EXPECT_LE(cycles, beats + 30 + 10);
}

TEST_F(WriteEngine, ReportsEveryErrorResponse) {
  memory.bad_writes = {128, 255};  // one burst of sixteen beats
  transfer.items.push_back(item_of({0, 64, 1, 0}));
  for (int i = 0; i < 64; ++i) data.items.push_back({words_of(1)});
  for (int i = 0; i < 200; ++i) tick();
  EXPECT_EQ(errors, 1U);
  EXPECT_EQ(done, 1U);
}

TEST_F(WriteEngine, StopFinishesTheBurstsThatAreBegun) {
  memory.timing = {30, 30, 1, 10, 5};
  transfer.items.push_back(item_of({0, 2000, 1, 0}));
  for (int i = 0; i < 2000; ++i) data.items.push_back({words_of(7)});
  for (int i = 0; i < 150; ++i) tick();
  block.poke("stop_i", 1);
  int cycles = 0;
  while ((block.peek("idle_o") == 0 || !memory.idle()) && cycles < 5000) tick(), ++cycles;
  EXPECT_LT(cycles, 5000);
  EXPECT_LT(memory.write_beats, 2000U);
  EXPECT_EQ(done, 0U);
}

}  // namespace
}  // namespace sd::rtl::test
