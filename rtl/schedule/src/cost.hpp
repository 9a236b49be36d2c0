// What the search minimises: an estimate of a layer's cycles, and its DRAM traffic.
#pragma once

#include "tiling.hpp"

namespace sd::schedule {

/// Fills in `cycles` and `dram_bytes`. The estimate: load, compute and store overlap, so that the
/// busiest of them counts, and the first load and the last store besides; an array is busy as long
/// as its lines, its issue (a job or beat a cycle), its merges (a segment of a line a cycle) or its
/// drain (a segment of a channel a cycle) take, whichever is longest; Booth steps take 2.2 cycles.
void predict(const LayerFacts& facts, const design::DesignPoint& design, Tiling& tiling);

/// Cycles of the array for one group of filters on so many output rows.
[[nodiscard]] std::int64_t compute_cycles(const LayerGeometry& g, const FilterGroup& group,
                                          int output_rows, const design::DesignPoint& design);

/// Cycles of a part of a vector task: a tap of `macs` pixels a cycle.
[[nodiscard]] std::int64_t vector_cycles(const VectorPart& part, const std::vector<Map>& maps,
                                         const design::DesignPoint& design);

}  // namespace sd::schedule
