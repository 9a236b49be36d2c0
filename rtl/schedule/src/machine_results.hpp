// Where results go, and what COMPUTE and VECTOR share on the way there.
#pragma once

#include <cstdint>
#include <span>

#include "machine_buffers.hpp"
#include "rtl/schedule/command.hpp"

namespace sd::schedule {

/// A command's results: [channels][rows][pitch words], zero past the columns.
struct ResultShape {
  std::int64_t channels = 0, rows = 0, columns = 0, pitch = 0;
  [[nodiscard]] std::int64_t words() const { return channels * rows * pitch; }
  [[nodiscard]] std::uint64_t pixels() const {
    return static_cast<std::uint64_t>(channels * rows * columns);
  }
};

/// Another map in the input buffer with the results' rows and pitch.
struct CompanionMap {
  const char* name;  ///< for people
  std::int64_t word = 0, channel_words = 0;
};

/// Writes the results, one byte each, with the zero flags.
void write_results(const Destination& d, const ResultShape& shape,
                   std::span<const std::uint8_t> results, const design::DesignPoint& design,
                   Buffers& buffers, Activity& activity);

/// Throws ProgramFault if the command's results take input buffer words of `reads` (places), which
/// it reads as `what`.
void require_apart(const Destination& d, const ResultShape& shape, const Ranges& reads,
                   const char* what, const design::DesignPoint& design, const Buffers& buffers);

/// The same for zero flags.
void require_flags_apart(const Destination& d, const ResultShape& shape, const Ranges& reads);

/// As require_apart() for a companion map, which results may replace word by word.
void require_apart_or_in_place(const Destination& d, const ResultShape& shape,
                               const CompanionMap& map, const design::DesignPoint& design,
                               const Buffers& buffers);

/// One row of a companion map: `columns` bytes.
[[nodiscard]] std::span<const std::uint8_t> read_companion(const CompanionMap& map,
                                                           const ResultShape& shape,
                                                           std::int64_t channel, std::int64_t row,
                                                           const design::DesignPoint& design,
                                                           Buffers& buffers);

/// Words of `macs` bytes that hold `bytes` bytes from byte `first` (which may be negative) on.
[[nodiscard]] inline std::int64_t words_between(std::int64_t first, std::int64_t bytes,
                                                std::int64_t macs) {
  const auto floor_of = [&](std::int64_t byte) {
    return byte >= 0 ? byte / macs : -((-byte + macs - 1) / macs);
  };
  return floor_of(first + bytes - 1) - floor_of(first) + 1;
}

}  // namespace sd::schedule
