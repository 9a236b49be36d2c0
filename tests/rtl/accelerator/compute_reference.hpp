// What docs/numerics.md and docs/accelerator.md say must come of a COMPUTE or a VECTOR: worked out
// from the definitions, on an image of the input buffer, its flags and the output buffer, without
// any notion of lines, jobs' order or cycles.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "rtl/accelerator/compute_tile.hpp"

namespace sd::test {

[[nodiscard]] inline std::int64_t round_shift(std::int64_t value, int shift) {
  return shift == 0 ? value : (value + (std::int64_t{1} << (shift - 1))) >> shift;
}
[[nodiscard]] inline int saturate_8(std::int64_t value) {
  return static_cast<int>(std::clamp<std::int64_t>(value, -128, 127));
}

struct Memory {
  std::vector<std::int8_t> input, output;
  std::vector<bool> flags;
  explicit Memory(const design::DesignPoint& point);
};

/// A random map [channels][rows][pitch words] at `word`, its flags from `first_flag` on; junk past
/// the columns. `zero_rows`: share of the rows that are zero.
void fill_map(Memory& memory, const design::DesignPoint& point, int word, int first_flag, int rows,
              int pitch, int columns, double zero_rows, std::mt19937_64& random);

/// By the names of ComputeEvents, those that time does not change.
using Counters = std::map<std::string, std::uint64_t>;

/// Segments of a block that an entry's row is computed for; the block's first row is output row
/// `row`, its first segment word `word`.
[[nodiscard]] std::vector<int> computed_segments(const design::DesignPoint& point, const Tile& tile,
                                                 const std::vector<bool>& flags,
                                                 const IndexEntry& entry, int row, int word);
/// Valid lanes of word `word` of an output row.
[[nodiscard]] int valid_lanes(const design::DesignPoint& point, const Tile& tile, int word);

void execute(const design::DesignPoint& point, const Tile& tile, Memory& memory,
             Counters& counters);
void execute(const design::DesignPoint& point, const VectorShape& vector, Memory& memory,
             Counters& counters);

}  // namespace sd::test
