#include "control_tiles.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace sd::rtl::test {

namespace {

std::uint32_t rounded_up(std::uint32_t value, std::uint32_t unit) {
  return (value + unit - 1) / unit * unit;
}

bool bit_of(const std::vector<std::uint8_t>& bytes, std::size_t first_byte, std::size_t bit) {
  return (bytes[first_byte + bit / 8] >> bit % 8 & 1) != 0;
}

// Inputs are read from the lower part of the memory, outputs written above it; the program lies
// above both.
constexpr std::uint32_t input_area = 0x20000, output_area = 0x10000;

}  // namespace

TileRun::TileRun(ControlBench& bench, int tiles, std::uint32_t seed)
    : bench_(&bench), random_(seed) {
  for (int i = 0; i < tiles; ++i) {
    tiles_.push_back(random_tile(i));
    append(tiles_.back(), i, tiles);
  }
  program_.push_back(end_of_program());
  write_program(bench.memory.bytes, ControlBench::program_address, program_);
  before_ = bench.memory.bytes;
  bench.on_accept = [this](const std::map<std::string, std::uint64_t>& fields, bool vector) {
    ASSERT_LT(accepted_, tiles_.size());
    const Tile& tile = tiles_[accepted_];
    EXPECT_EQ(vector, tile.vector) << "tile " << accepted_;
    EXPECT_EQ(fields.at("input_word"), tile.input_word) << "tile " << accepted_;
    EXPECT_EQ(fields.at("destination_output_word"), tile.output_word);
    expect_buffers(tile);
    if (accepted_ >= 2)
      expect_stored(tiles_[accepted_ - 2]);  // else its outputs would be overwritten
    ++accepted_;
  };
  bench.on_done = [this] {
    expect_buffers(tiles_[done_]);  // no load of a later tile has touched them
    write_outputs(tiles_[done_]);
    ++done_;
  };
}

TileRun::Tile TileRun::random_tile(int number) {
  const design::DesignPoint& p = bench_->point;
  const auto half = static_cast<std::uint32_t>(number % 2);
  const auto axi = static_cast<std::uint32_t>(p.axi_bytes()),
             macs = static_cast<std::uint32_t>(p.macs);
  const auto align = static_cast<std::uint32_t>(p.row_align_bytes());
  const auto address = [&](std::uint32_t bytes) {
    return random_.below((input_area - bytes) / axi) * axi;
  };
  Tile t{};
  const std::uint32_t half_bytes = static_cast<std::uint32_t>(p.input_buffer_bytes) / 2;
  t.pitch = (1 + random_.below(4)) * align;
  t.chunks = 1 + random_.below(3);
  t.chunk_bytes = t.pitch * (1 + random_.below(std::max(1U, half_bytes / t.chunks / t.pitch)));
  t.chunk_bytes -= random_.below(t.pitch / axi) * axi;  // rows do not end with chunks
  t.stride = t.chunk_bytes + random_.below(20) * axi;
  t.input_address = address(t.chunks * t.stride);
  t.input_word = half * half_bytes / macs;
  t.flag = half * static_cast<std::uint32_t>(p.zero_flags()) / 2;

  const std::uint32_t half_entries = static_cast<std::uint32_t>(p.index_buffer_entries) / 2;
  t.rows = 1 + random_.below(half_entries / 2);
  t.steps.r_wrap = 1 + random_.below(255);
  t.steps.r_step = random_.below(t.steps.r_wrap + 1);
  t.steps.row_step = random_.below(100);
  t.steps.row_carry = random_.below(100);
  t.slice_rows = 1 + random_.below(64);
  t.markers = random_.chance(50);
  t.index_address = address(t.rows / 8 + axi);
  t.entry = half * half_entries;
  const auto& bytes = bench_->memory.bytes;
  std::uint32_t r = 0, c_row = 0;
  for (std::uint32_t row = 0; row < t.rows; ++row) {
    if (t.markers && row % t.slice_rows == 0) t.entries.push_back({1, c_row, r});
    if (bit_of(bytes, t.index_address, row)) t.entries.push_back({0, c_row, r});
    const bool wraps = r + t.steps.r_step >= t.steps.r_wrap;
    r += t.steps.r_step - (wraps ? t.steps.r_wrap : 0);
    c_row = (c_row + t.steps.row_step + (wraps ? t.steps.row_carry : 0)) & 0xffffU;
  }

  const std::uint32_t half_words = static_cast<std::uint32_t>(p.weight_words()) / 2;
  t.words = random_.chance(10) ? 0 : 1 + random_.below(half_words);
  t.word = half * half_words;
  t.weight_address =
      address(t.words * static_cast<std::uint32_t>(p.weight_word_bits()) / 8 + 2 * axi);
  t.records = 1 + random_.below(static_cast<std::uint32_t>(p.slices));
  t.record = half * 2 * static_cast<std::uint32_t>(p.slices);
  t.parameter_address = address(t.records * 8 + axi);

  const std::uint32_t half_output = static_cast<std::uint32_t>(p.output_buffer_bytes) / 2;
  t.output_chunks = 1 + random_.below(static_cast<std::uint32_t>(p.slices));
  const std::uint32_t most = half_output / t.output_chunks / align;
  t.words_between = align * (1 + random_.below(most)) / macs;
  t.output_bytes = align * (1 + random_.below(t.words_between * macs / align));
  t.output_word = half * half_output / macs;
  t.output_stride = t.output_bytes + random_.below(10) * axi;
  t.vector = random_.chance(30);
  return t;
}

/// Places the tile's outputs and writes its commands.
void TileRun::append(Tile& t, int number, int tiles) {
  const design::DesignPoint& p = bench_->point;
  const auto axi = static_cast<std::uint32_t>(p.axi_bytes()),
             macs = static_cast<std::uint32_t>(p.macs);
  // Outputs of the tiles lie one after the other, so that they can all be looked at after the run.
  const std::uint32_t place = output_area / static_cast<std::uint32_t>(tiles) / axi * axi;
  while (t.output_chunks > 1 && t.output_stride * t.output_chunks > place) --t.output_chunks;
  t.output_address = input_area + static_cast<std::uint32_t>(number) * place;
  const bool reuses = number >= 2, is_reused = number + 2 < tiles;
  program_.push_back(load_input(reuses ? pop_next : 0, t.input_address, t.chunk_bytes, t.chunks,
                                t.stride, t.input_word, t.pitch, t.flag));
  program_.push_back(load_index(0, t.index_address, rounded_up((t.rows + 7) / 8, axi), t.entry,
                                t.rows, t.steps, t.slice_rows, t.markers,
                                static_cast<std::uint32_t>(t.entries.size())));
  program_.push_back(load_weights(
      0, t.weight_address,
      std::max(axi, rounded_up((t.words * static_cast<std::uint32_t>(p.weight_word_bits()) + 7) / 8,
                               axi)),
      t.word, t.words));
  program_.push_back(load_parameters(push_next, t.parameter_address, rounded_up(t.records * 8, axi),
                                     t.record, t.records));
  const std::uint32_t flags =
      pop_prev | (reuses ? pop_next : 0) | (is_reused ? push_prev : 0) | push_next;
  const std::uint32_t pitch = std::max(1U, t.output_bytes / macs);
  CommandWords c = t.vector ? vector(flags) : compute(flags);
  if (t.vector) {
    c[1] = t.input_word;
    c[2] = t.output_word;
    c[3] = t.output_chunks | 1U << 16;
    c[7] = pitch | t.words_between << 16;
  } else {
    c[3] = t.input_word;
    c[8] = t.output_word | pitch << 16;
    c[9] = t.words_between | t.output_chunks << 16;
  }
  program_.push_back(c);
  program_.push_back(store(pop_prev | (is_reused ? push_prev : 0), t.output_address, t.output_bytes,
                           t.output_chunks, t.output_stride, t.output_word, t.words_between));
}

void TileRun::expect_buffers(const Tile& t) const {
  const design::DesignPoint& p = bench_->point;
  const auto& dram = bench_->memory.bytes;
  const Buffers& b = bench_->buffers;
  std::vector<std::uint8_t> bytes;
  for (std::uint32_t c = 0; c < t.chunks; ++c)
    bytes.insert(bytes.end(), dram.begin() + t.input_address + c * t.stride,
                 dram.begin() + t.input_address + c * t.stride + t.chunk_bytes);
  EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(),
                         b.input.begin() + t.input_word * static_cast<std::uint32_t>(p.macs)))
      << "input";
  for (std::size_t row = 0; row * t.pitch < bytes.size(); ++row) {
    const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(row * t.pitch);
    const auto end = bytes.begin() + static_cast<std::ptrdiff_t>(
                                         std::min<std::size_t>(bytes.size(), (row + 1) * t.pitch));
    const bool nonzero = std::any_of(begin, end, [](std::uint8_t byte) { return byte != 0; });
    EXPECT_EQ(b.flags[t.flag + row], nonzero ? 1 : 0) << "flag of row " << row;
  }
  for (std::size_t i = 0; i < t.entries.size(); ++i)
    EXPECT_EQ(b.index[t.entry + i], t.entries[i]) << "entry " << i;
  const auto bits = static_cast<std::size_t>(p.weight_word_bits());
  for (std::uint32_t w = 0; w < t.words; ++w) {
    std::vector<std::uint32_t> word((bits + 31) / 32);
    for (std::size_t i = 0; i < bits; ++i)
      if (bit_of(dram, t.weight_address, w * bits + i)) word[i / 32] |= 1U << i % 32;
    EXPECT_EQ(b.weights[t.word + w], word) << "weight word " << w;
  }
  for (std::uint32_t i = 0; i < t.records; ++i) {
    std::uint64_t record = 0;
    std::memcpy(&record, &dram[t.parameter_address + 8 * i], 8);
    EXPECT_EQ(b.parameters[t.record + i], record) << "record " << i;
  }
}

void TileRun::write_outputs(Tile& t) {
  t.output.resize(t.output_chunks * t.output_bytes);
  for (auto& byte : t.output) byte = static_cast<std::uint8_t>(random_());
  for (std::uint32_t c = 0; c < t.output_chunks; ++c)
    std::memcpy(&bench_->buffers.output[(t.output_word + c * t.words_between) *
                                        static_cast<std::uint32_t>(bench_->point.macs)],
                &t.output[c * t.output_bytes], t.output_bytes);
}

void TileRun::expect_stored(const Tile& t) const {
  for (std::uint32_t c = 0; c < t.output_chunks; ++c)
    EXPECT_EQ(std::memcmp(&bench_->memory.bytes[t.output_address + c * t.output_stride],
                          &t.output[c * t.output_bytes], t.output_bytes),
              0)
        << "chunk " << c;
}

void TileRun::expect_complete() const {
  EXPECT_EQ(accepted_, tiles_.size());
  EXPECT_EQ(done_, tiles_.size());
  std::vector<std::uint8_t> expected = before_;
  for (const Tile& t : tiles_) {
    ASSERT_FALSE(t.output.empty());
    for (std::uint32_t c = 0; c < t.output_chunks; ++c)
      std::memcpy(&expected[t.output_address + c * t.output_stride], &t.output[c * t.output_bytes],
                  t.output_bytes);
  }
  EXPECT_TRUE(bench_->memory.bytes == expected);
}

}  // namespace sd::rtl::test
