// A double-buffered run of tiles as a compiler would write it: loads of one tile while another is
// computed (by a COMPUTE or a VECTOR) and a third stored, in halves of every buffer, kept apart by
// nothing but the tokens. Knows what every buffer must hold when a tile is computed.
#pragma once

#include <cstdint>
#include <vector>

#include "control_bench.hpp"

namespace sd::rtl::test {

class TileRun {
 public:
  /// Chooses shapes at random and installs the checks on the bench, which must outlive this.
  TileRun(ControlBench& bench, int tiles, std::uint32_t seed);
  [[nodiscard]] const std::vector<CommandWords>& program() const { return program_; }
  /// After the run: every tile was computed, every output is in DRAM, nothing else changed.
  void expect_complete() const;

 private:
  struct Tile {
    std::uint32_t input_address, chunk_bytes, chunks, stride, input_word, pitch, flag;
    std::uint32_t index_address, entry, rows, slice_rows;
    RowSteps steps;
    bool markers, vector;
    std::uint32_t weight_address, word, words;
    std::uint32_t parameter_address, record, records;
    std::uint32_t output_address, output_bytes, output_chunks, output_stride, output_word,
        words_between;
    std::vector<Buffers::IndexEntry> entries;
    std::vector<std::uint8_t> output;  ///< what the stand-in computes, chunk after chunk
  };
  [[nodiscard]] Tile random_tile(int number);
  void append(Tile& tile, int number, int tiles);
  void expect_buffers(const Tile& tile) const;
  void write_outputs(Tile& tile);
  void expect_stored(const Tile& tile) const;

  ControlBench* bench_;
  Random random_;
  std::vector<Tile> tiles_;
  std::vector<CommandWords> program_;
  std::vector<std::uint8_t> before_;
  std::size_t accepted_ = 0, done_ = 0;
};

}  // namespace sd::rtl::test
