// The accelerator's state between commands, and what each command does to it.
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "rtl/schedule/command.hpp"
#include "rtl/schedule/interpreter.hpp"
#include "tracked_memory.hpp"

namespace sd::schedule {

/// One slice's part of a weight buffer word.
struct WordPart {
  std::uint64_t low = 0, high = 0;
  /// `count` bits from bit `at`, inside the low or the high half.
  [[nodiscard]] std::uint64_t bits(int at, int count) const {
    const std::uint64_t half = at < 64 ? low >> at : high >> (at - 64);
    return half & ((std::uint64_t{1} << count) - 1);
  }
};

struct IndexEntry {
  bool marker = false;
  std::int64_t c_row = 0, r = 0;
};

class Machine {
 public:
  static constexpr std::size_t memories = 7;

  Machine(const design::DesignPoint& design, std::vector<std::uint8_t>& image);

  /// Throws ProgramFault without the command's name in front.
  void execute(const Operation& operation);
  /// Per memory, what the last command touched.
  [[nodiscard]] std::array<Touched, memories> take_touched();
  [[nodiscard]] const std::string& memory_name(std::size_t memory) const;
  [[nodiscard]] const Activity& activity() const { return activity_; }
  void count_command_fetches(std::uint64_t commands);

 private:
  struct Accumulators;

  void run(const LoadInput& load);
  void run(const LoadIndex& load);
  void run(const LoadWeights& load);
  void run(const LoadParameters& load);
  void run(const Compute& compute);
  void run(const Store& store);
  void run(const End&) {}

  [[nodiscard]] std::vector<std::uint8_t> read_dram(std::int64_t address, std::int64_t bytes);
  void write_dram(std::int64_t address, std::span<const std::uint8_t> bytes);
  /// DMA transfers are whole beats, one at least, inside the image.
  void require_beats(std::int64_t address, std::int64_t bytes) const;

  void require_ranges(const Compute& c) const;
  void run_segment(const Compute& c, std::int64_t row, std::int64_t first_column, bool first,
                   Accumulators& sums);
  void run_job(const Compute& c, const IndexEntry& entry, std::int64_t word, std::int64_t row,
               std::int64_t first_column, Accumulators& sums);
  void load_basis(const Compute& c, std::int64_t word);
  [[nodiscard]] bool is_dropped(const Compute& c, const IndexEntry& entry, std::int64_t row);
  [[nodiscard]] std::int64_t tile_row(const Compute& c, const IndexEntry& entry, std::int64_t row,
                                      std::int64_t step) const;
  [[nodiscard]] int weight(const Compute& c, std::int64_t word, std::int64_t slice,
                           std::int64_t step);
  void drain(const Compute& c, std::int64_t row, std::int64_t segment, const Accumulators& sums);
  [[nodiscard]] std::int64_t words_per_row(const Compute& c) const;

  const design::DesignPoint& design_;
  std::vector<std::uint8_t>& image_;
  std::string dram_name_ = "DRAM byte";
  Touched dram_;
  TrackedMemory<std::uint8_t> input_;
  TrackedMemory<std::uint8_t> flags_;
  TrackedMemory<std::vector<WordPart>> weights_;
  TrackedMemory<IndexEntry> index_;
  TrackedMemory<std::uint64_t> parameters_;
  TrackedMemory<std::vector<std::uint8_t>> output_;
  std::vector<std::int8_t> basis_;  ///< [slices][rank][columns]
  Activity activity_;
};

}  // namespace sd::schedule
