// width_converter, index_decoder and output_reader: what turns bus beats into words and back.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "control_program.hpp"
#include "control_reset.hpp"
#include "control_stream.hpp"
#include "rtl/accelerator/control/index_decoder.hpp"
#include "rtl/accelerator/control/output_reader.hpp"
#include "rtl/accelerator/control/width_converter.hpp"

namespace sd::rtl::test {
namespace {

using Bits = std::vector<bool>;

std::vector<std::uint32_t> slice(const Bits& bits, std::size_t from, std::size_t width) {
  std::vector<std::uint32_t> words((width + 31) / 32);
  for (std::size_t i = 0; i < width; ++i)
    if (bits[from + i]) words[i / 32] |= 1U << i % 32;
  return words;
}

Bits random_bits(Random& random, std::size_t count, int percent = 50) {
  Bits bits(count);
  for (std::size_t i = 0; i < count; ++i) bits[i] = random.chance(percent);
  return bits;
}

struct Ratio {
  int beat, word;
};
constexpr std::array ratios{Ratio{64, 96}, Ratio{64, 24},  Ratio{64, 64}, Ratio{128, 64},
                            Ratio{64, 6},  Ratio{128, 36}, Ratio{64, 768}};

/// Converters of several widths side by side, so that one simulated block tests them all.
struct ConverterBankIo {
  std::vector<WidthConverterIo> converters;
  std::vector<hcl::Decoupled<hcl::UInt>> beats;
  std::vector<hcl::Valid<hcl::UInt>> words;
  hcl::Bool flush;
  explicit ConverterBankIo(hcl::Ports& p) : flush(p.input<hcl::Bool>("flush")) {
    for (std::size_t i = 0; i < ratios.size(); ++i) {
      beats.push_back(p.sink<hcl::UInt>("beat" + std::to_string(i), ratios[i].beat));
      words.push_back(p.output<hcl::Valid<hcl::UInt>>("word" + std::to_string(i), ratios[i].word));
    }
  }
};

class ConverterBank : public hcl::Module<ConverterBankIo> {
 public:
  explicit ConverterBank(hcl::Context& at) : Module(at, hcl::ModuleName("converter_bank")) {
    for (std::size_t i = 0; i < ratios.size(); ++i) {
      auto converter = instance<WidthConverter>("u_converter" + std::to_string(i), ratios[i].beat,
                                                ratios[i].word);
      converter.beat <<= io.beats[i];
      io.words[i] <<= converter.word;
      converter.flush <<= io.flush;
    }
  }
};

TEST(WidthConverter, GivesTheSameBitsInWordsOfAnotherWidth) {
  tb::Block block(hcl::elaborate<ConverterBank>());
  reset(block);
  Random random(3);
  for (int round = 0; round < 4; ++round) {
    std::vector<Source> sources;
    std::vector<Bits> streams;
    std::vector<std::vector<std::vector<std::uint32_t>>> words(ratios.size());
    for (std::size_t i = 0; i < ratios.size(); ++i) {
      const auto beat = static_cast<std::size_t>(ratios[i].beat);
      const std::size_t beats = 1 + random() % 60;
      streams.push_back(random_bits(random, beats * beat));
      sources.emplace_back("beat" + std::to_string(i), std::vector<std::string>{"bits"},
                           static_cast<std::uint32_t>(i));
      for (std::size_t b = 0; b < beats; ++b)
        sources.back().items.push_back({slice(streams[i], b * beat, beat)});
      sources.back().percent = round == 0 ? 100 : static_cast<int>(10 + random() % 91);
    }
    int cycles = 0;
    std::vector<int> taken_all_at(ratios.size(), 0);
    for (; cycles < 3000; ++cycles) {
      for (auto& s : sources) s.drive(block);
      block.eval();
      for (std::size_t i = 0; i < ratios.size(); ++i) {
        sources[i].sample(block);
        if (sources[i].items.empty() && taken_all_at[i] == 0) taken_all_at[i] = cycles + 1;
        if (block.peek("word" + std::to_string(i) + "_valid_o") != 0)
          words[i].push_back(block.peek_words("word" + std::to_string(i) + "_bits_o"));
      }
      block.step();
    }
    for (std::size_t i = 0; i < ratios.size(); ++i) {
      const auto width = static_cast<std::size_t>(ratios[i].word);
      ASSERT_EQ(words[i].size(), streams[i].size() / width) << "ratio " << i;
      for (std::size_t w = 0; w < words[i].size(); ++w)
        ASSERT_EQ(words[i][w], slice(streams[i], w * width, width))
            << "ratio " << i << " word " << w;
      if (round == 0 && ratios[i].word >= ratios[i].beat)
        EXPECT_EQ(taken_all_at[i],
                  static_cast<int>(streams[i].size() / static_cast<std::size_t>(ratios[i].beat)))
            << "less than a beat a cycle, ratio " << i;
      if (round == 0 && ratios[i].word < ratios[i].beat)
        EXPECT_LE(taken_all_at[i], static_cast<int>(words[i].size()) + 2)
            << "less than a word a cycle, ratio " << i;
    }
    block.poke("flush_i", 1);  // what is left of the stream must not reach the next one
    block.step();
    block.poke("flush_i", 0);
  }
}

struct Entry {
  std::uint32_t entry, marker, c_row, r;
  bool operator==(const Entry&) const = default;
};

struct BitmapJob {
  std::uint32_t entry, rows;
  RowSteps steps;
  std::uint32_t slice_rows;
  bool markers;
  Bits bits;  // rows, and what else is in the last beats

  [[nodiscard]] std::vector<Entry> entries() const {
    std::vector<Entry> all;
    std::uint32_t r = 0, c_row = 0;
    for (std::uint32_t row = 0; row < rows; ++row) {
      const auto number = [&] { return entry + static_cast<std::uint32_t>(all.size()); };
      if (markers && row % slice_rows == 0) all.push_back({number(), 1, c_row, r});
      if (bits[row]) all.push_back({number(), 0, c_row, r});
      r += steps.r_step;
      c_row += steps.row_step;
      if (r >= steps.r_wrap) {
        r -= steps.r_wrap;
        c_row += steps.row_carry;
      }
      c_row &= 0xffffU;
    }
    return all;
  }
};

/// Windows (plain and dilated), pointwise, fully connected, and anything at all.
RowSteps random_steps(Random& random) {
  const std::uint32_t tile_rows = 1 + random() % 300;
  switch (random() % 4) {
    case 0: {
      const std::uint32_t dilation = 1 + random() % 9, kernel_rows = 1 + random() % 15;
      return {dilation, kernel_rows * dilation, 0, tile_rows};
    }
    case 1:
      return {0, 1, 3 * tile_rows, 0};
    case 2: {
      const std::uint32_t columns = 4 + random() % 251;
      return {3, columns, 0, 1};
    }
    default: {
      const std::uint32_t r_wrap = 1 + random() % 255;
      return {static_cast<std::uint32_t>(random() % (r_wrap + 1)), r_wrap, random() % 65536,
              random() % 65536};
    }
  }
}

class IndexDecoderBlock : public ::testing::Test {
 protected:
  design::DesignPoint point;
  tb::Block block{hcl::elaborate<IndexDecoder>(design::DesignPoint{})};
  Source jobs{"job",
              {"bits_entry", "bits_rows", "bits_r_step", "bits_r_wrap", "bits_row_step",
               "bits_row_carry", "bits_slice_rows", "bits_markers", "bits_expected", "bits_id"},
              1};
  Source beats{"beat", {"bits"}, 2};
  std::vector<Entry> written;
  std::vector<std::uint32_t> errors;

  void SetUp() override { reset(block); }
  /// Runs one job; returns the cycles from its first beat to the end.
  int run(const BitmapJob& job, std::uint32_t expected, std::uint32_t id) {
    written.clear();
    jobs.items.push_back({words_of(job.entry), words_of(job.rows), words_of(job.steps.r_step),
                          words_of(job.steps.r_wrap), words_of(job.steps.row_step),
                          words_of(job.steps.row_carry), words_of(job.slice_rows),
                          words_of(job.markers), words_of(expected), words_of(id)});
    const std::size_t count = job.bits.size() / 64;
    for (std::size_t b = 0; b < count; ++b) beats.items.push_back({slice(job.bits, b * 64, 64)});
    int cycles = 0;
    bool begun = false;
    do {
      jobs.drive(block);
      beats.drive(block);
      block.poke("beat_last_i", beats.items.size() == 1);
      block.eval();
      jobs.sample(block);
      beats.sample(block);
      if (block.peek("write_valid_o") != 0)
        written.push_back({static_cast<std::uint32_t>(block.peek("write_bits_entry_o")),
                           static_cast<std::uint32_t>(block.peek("write_bits_marker_o")),
                           static_cast<std::uint32_t>(block.peek("write_bits_c_row_o")),
                           static_cast<std::uint32_t>(block.peek("write_bits_r_o"))});
      if (block.peek("error_o") != 0)
        errors.push_back(static_cast<std::uint32_t>(block.peek("error_id_o")));
      block.step();
      begun = begun || block.peek("idle_o") == 0;
      ++cycles;
    } while ((!begun || block.peek("idle_o") == 0) && cycles < 200000);
    EXPECT_LT(cycles, 200000);
    return cycles;
  }
  BitmapJob random_job(Random& random, int percent) {
    BitmapJob job{};
    job.rows = 1 + random() % (random() % 4 == 0 ? 1000 : 130);
    job.steps = random_steps(random);
    job.slice_rows = 1 + random() % 200;
    job.markers = random() % 2 == 0;
    job.entry = random() % 500;
    job.bits = random_bits(random, (job.rows + 63) / 64 * 64 + random() % 3 * 64, percent);
    return job;
  }
};

TEST_F(IndexDecoderBlock, WritesAnEntryPerStoredRowAndAMarkerPerSlice) {
  Random random(9);
  for (int i = 0; i < 300; ++i) {
    const BitmapJob job = random_job(random, std::array{0, 5, 30, 60, 100}[random() % 5]);
    jobs.percent = static_cast<int>(20 + random() % 81);
    beats.percent = static_cast<int>(5 + random() % 96);
    const auto expected = job.entries();
    run(job, static_cast<std::uint32_t>(expected.size()), 5);
    ASSERT_EQ(written, expected) << "job " << i;
    ASSERT_TRUE(errors.empty());
  }
}

TEST_F(IndexDecoderBlock, ReportsAnotherNumberOfEntriesAndNeverWritesMore) {
  Random random(10);
  for (int i = 0; i < 40; ++i) {
    const BitmapJob job = random_job(random, 40);
    auto expected = job.entries();
    const std::uint32_t announced = random() % 2 == 0
                                        ? static_cast<std::uint32_t>(expected.size()) + 1
                                        : static_cast<std::uint32_t>(expected.size()) / 2;
    errors.clear();
    run(job, announced, 100 + static_cast<std::uint32_t>(i));
    if (announced == expected.size()) {
      EXPECT_TRUE(errors.empty());
      continue;
    }
    EXPECT_EQ(errors, std::vector<std::uint32_t>{100 + static_cast<std::uint32_t>(i)});
    if (announced < expected.size()) expected.resize(announced);
    EXPECT_EQ(written, expected);
  }
}

TEST_F(IndexDecoderBlock, PassesRowsThatAreNotStoredFourAtATime) {
  BitmapJob job{0, 640, {1, 3, 0, 8}, 640, false, Bits(640)};
  EXPECT_LE(run(job, 0, 0), 640 / 4 + 640 / 64 + 10);
  job.bits.assign(640, true);
  EXPECT_LE(run(job, 640, 0), 640 + 640 / 64 + 10);
}

TEST_F(IndexDecoderBlock, DropForgetsTheJob) {
  Random random(12);
  jobs.items.push_back({words_of(0), words_of(500), words_of(1), words_of(3), words_of(0),
                        words_of(8), words_of(100), words_of(1), words_of(9), words_of(1)});
  for (int i = 0; i < 3; ++i) beats.items.push_back({words_of(0x5555555555555555U)});
  for (int i = 0; i < 30; ++i) {
    jobs.drive(block);
    beats.drive(block);
    block.eval();
    jobs.sample(block);
    beats.sample(block);
    block.step();
  }
  EXPECT_EQ(block.peek("idle_o"), 0U);
  block.poke("drop_i", 1);
  block.step();
  block.poke("drop_i", 0);
  EXPECT_EQ(block.peek("idle_o"), 1U);
  const BitmapJob job = random_job(random, 50);
  run(job, static_cast<std::uint32_t>(job.entries().size()), 1);
  EXPECT_EQ(written, job.entries());
  EXPECT_TRUE(errors.empty());
}

/// macs, bus bits
class OutputReaderBlock : public ::testing::TestWithParam<std::pair<int, int>> {};

TEST_P(OutputReaderBlock, GivesTheChunksAsBeats) {
  design::DesignPoint point;
  point.macs = GetParam().first;
  point.axi_data_bits = GetParam().second;
  point.output_buffer_bytes = 4096;
  const auto word_bytes = static_cast<std::size_t>(point.macs),
             beat_bytes = static_cast<std::size_t>(point.axi_bytes());
  tb::Block block(hcl::elaborate<OutputReader>(point));
  reset(block);
  Random random(21);
  std::vector<std::uint8_t> buffer(static_cast<std::size_t>(point.output_buffer_bytes));
  for (auto& byte : buffer) byte = static_cast<std::uint8_t>(random());

  Source chunks{
      "chunks", {"bits_word", "bits_words_between", "bits_chunk_beats", "bits_chunks"}, 1};
  Sink beats{"beat", {"bits"}, 2};
  std::vector<Item> expected;
  std::vector<std::size_t> expected_reads;
  const std::size_t words = buffer.size() / word_bytes;
  for (int i = 0; i < 60; ++i) {
    const std::size_t chunk_beats = 1 + random() % 20;
    const std::size_t chunk_words = (chunk_beats * beat_bytes + word_bytes - 1) / word_bytes;
    const std::size_t count = 1 + random() % 4, between = random() % 40;
    const std::size_t first = random() % (words - chunk_words - (count - 1) * between);
    chunks.items.push_back(
        {words_of(first), words_of(between), words_of(chunk_beats), words_of(count)});
    for (std::size_t c = 0; c < count; ++c) {
      for (std::size_t b = 0; b < chunk_beats; ++b) {
        std::vector<std::uint32_t> data(beat_bytes / 4);
        std::memcpy(data.data(), &buffer[(first + c * between) * word_bytes + b * beat_bytes],
                    beat_bytes);
        expected.push_back({data});
      }
      for (std::size_t w = 0; w < chunk_words; ++w)
        expected_reads.push_back(first + c * between + w);
    }
  }
  std::vector<std::size_t> reads;
  std::vector<std::uint32_t> data(std::max<std::size_t>(1, word_bytes / 4));
  for (int cycle = 0; cycle < 40000 && beats.items.size() < expected.size(); ++cycle) {
    if (cycle % 300 == 0)
      beats.percent = random() % 3 == 0 ? 100 : static_cast<int>(10 + random() % 91);
    chunks.drive(block);
    beats.drive(block);
    block.poke("data_i", std::span<const std::uint32_t>(data));
    block.eval();
    chunks.sample(block);
    beats.sample(block);
    if (block.peek("read_valid_o") != 0) {
      reads.push_back(block.peek("read_bits_word_o"));
      std::fill(data.begin(), data.end(), 0);
      std::memcpy(data.data(), &buffer.at(reads.back() * word_bytes), word_bytes);
    }
    block.step();
  }
  EXPECT_EQ(beats.items, expected);
  EXPECT_EQ(reads, expected_reads);

  // Sustained: a word a cycle, or a beat a cycle where words are wider.
  beats.items.clear();
  beats.percent = 100;
  const std::size_t long_chunk = buffer.size() / beat_bytes;
  chunks.items.push_back({words_of(0), words_of(0), words_of(long_chunk), words_of(1)});
  std::size_t cycles = 0;
  for (; beats.items.size() < long_chunk && cycles < 20000; ++cycles) {
    chunks.drive(block);
    beats.drive(block);
    block.eval();
    chunks.sample(block);
    beats.sample(block);
    block.step();
  }
  EXPECT_LE(cycles, std::max(words, long_chunk) + 8);
}

INSTANTIATE_TEST_SUITE_P(Widths, OutputReaderBlock,
                         ::testing::Values(std::pair{4, 64}, std::pair{8, 64}, std::pair{32, 64},
                                           std::pair{4, 128}));

}  // namespace
}  // namespace sd::rtl::test
