// The buffers of the compute side.
#pragma once

#include "rtl/design/design_point.hpp"
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

struct Buffers {
  explicit Buffers(const design::DesignPoint& design);

  TrackedMemory<std::uint8_t> input;  ///< bytes, in words of `macs`
  TrackedMemory<std::uint8_t> flags;  ///< 1: the row holds something
  TrackedMemory<WordPart> weights;    ///< `slices` parts a word
  TrackedMemory<IndexEntry> index;
  TrackedMemory<std::uint64_t> parameters;
  TrackedMemory<std::uint8_t> output;  ///< bytes, in words of `macs`
};

}  // namespace sd::schedule
