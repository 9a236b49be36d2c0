// What a layer's weights look like in DRAM (docs/accelerator.md, "Weight stream").
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "layer_geometry.hpp"

namespace sd::schedule {

/// The groups of `slices` filters with the rows that each stores and their sizes; addresses are
/// zero.
[[nodiscard]] std::vector<FilterGroup> filter_groups(const LayerGeometry& geometry,
                                                     const pack::PackedLayer& layer,
                                                     const design::DesignPoint& design);

/// Bytes that the parts of a group take, padding to the next part included.
[[nodiscard]] std::int64_t stream_bytes(const FilterGroup& group,
                                        const design::DesignPoint& design);

/// Appends the three parts of a group, each aligned, to the image and fills in the group's
/// addresses.
void append_stream(FilterGroup& group, const LayerGeometry& geometry,
                   const pack::PackedLayer& layer, const design::DesignPoint& design,
                   std::vector<std::uint8_t>& image);

/// Rows in a group's list: those of each group of the convolution that it serves.
[[nodiscard]] int rows_of(const FilterGroup& group, const LayerGeometry& geometry);

/// `rank * code_bits` bits of one row of one filter: coefficient j at bits j * code_bits, magnitude
/// low, sign on top.
[[nodiscard]] std::uint64_t row_codes(const pack::PackedLayer& layer, int filter, int row,
                                      const design::DesignPoint& design);

/// Bytes that LOAD_PARAMS and LOAD_INDEX ask for: whole bus beats.
[[nodiscard]] std::uint32_t parameter_bytes(const design::DesignPoint& design);

/// Number of the word in the group's stream that holds the codes of row `row` of `filter`; nothing
/// if the group does not store it.
[[nodiscard]] std::optional<std::uint32_t> word_of_row(const FilterGroup& group, int filter,
                                                       int row, const LayerGeometry& geometry,
                                                       const design::DesignPoint& design);

}  // namespace sd::schedule
