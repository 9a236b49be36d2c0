// What the index selector owes: the pairs of index entries and activation rows, in order.
#pragma once

#include <vector>

#include "properties/helpers.hpp"
#include "rtl/accelerator/compute/selected_row.hpp"
#include "rtl/accelerator/compute_command.hpp"

namespace sd::formal {

/// Entries and zero flags that the selector's surroundings hold; both small, so that the whole
/// contents are a few free bits.
inline constexpr int walk_entries = 3;
inline constexpr int walk_flags = 8;

/// One index entry.
struct WalkEntry {
  hcl::Bool marker;
  hcl::UInt r;      ///< 2 bits
  hcl::UInt c_row;  ///< 3 bits
  explicit WalkEntry(hcl::Fields& f);
};

/// What a command finds in the buffers.
struct WalkTile {
  std::vector<WalkEntry> entries;  ///< walk_entries
  hcl::UInt flags;                 ///< walk_flags bits; 1: the row is not zero
};

/// Where the selector has got to: the next entry of the block that begins at row `row`, word
/// `word` of the output.
struct WalkPlace {
  hcl::UInt row, word;  ///< 4 bits each
  hcl::UInt entry;      ///< 0 .. walk_entries, 2 bits
  hcl::UInt weight_word;
  hcl::Bool first_block;
  WalkPlace(hcl::Fields& f, const design::DesignPoint& point);
};

/// The next thing that is owed from a place: a basis, a pair that is issued, a pair that is dropped
/// or the end of the block.
struct WalkNext {
  hcl::Bool basis, issued, dropped, end;
  hcl::Bool last;        ///< the end of the command's last block
  rtl::SelectedRow row;  ///< how it looks; of a field without meaning anything
  WalkPlace after;       ///< the place behind it
};

/// From docs/accelerator.md ("Blocks", "Rows", the modes and the fields of COMPUTE) and the
/// meaning of SelectedRow's fields; numbers of the command are below 8 where `assume_small_command`
/// says so.
[[nodiscard]] WalkNext next_of_walk(hcl::TopModule& m, const design::DesignPoint& point,
                                    const rtl::ComputeCommand& command, const WalkTile& tile,
                                    const WalkPlace& place);

/// The limits of a COMPUTE (docs/accelerator.md), and sizes that make whole commands pass within
/// the depth of a proof: entries up to `walk_entries`, everything else below 8. Where `when`.
void assume_small_command(hcl::TopModule& m, const design::DesignPoint& point,
                          const hcl::Bool& when, const rtl::ComputeCommand& command,
                          const WalkTile& tile);

}  // namespace sd::formal
