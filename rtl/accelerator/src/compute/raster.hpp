// A place in an output map, as the drain and the vector unit walk it: words of a row, then rows.
#pragma once

#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct Raster {
  hcl::UInt x;         ///< word in the row
  hcl::UInt row;       ///< output row
  hcl::UInt position;  ///< words of the channel before this one
  hcl::UInt left;      ///< output columns from this word's first pixel on; 0: it has none

  explicit Raster(hcl::Fields& f);
  /// Drives it with the map's first word.
  void restart(const hcl::UInt& columns) const;
};

/// The word behind one of a map's words.
struct RasterStep {
  hcl::Bool ends_row, ends_map;  ///< the word before it was the last of its row, of the channel
  hcl::UInt x, row, position, left;

  /// `rows`, `columns` in pixels, `pitch` in words. The names of wires begin with `prefix`.
  RasterStep(hcl::ModuleBase& module, const std::string& prefix, const Raster& now,
             const hcl::UInt& rows, const hcl::UInt& columns, const hcl::UInt& pitch, int macs);
  void drive(const Raster& place) const;
};

/// Pixels in a word at a place.
[[nodiscard]] hcl::UInt lanes_at(const Raster& place, const design::DesignPoint& point);

}  // namespace sd::rtl
