// What the arithmetic of docs/numerics.md means, as plain SystemVerilog, written without a look at
// the blocks: the golden side of the equivalence proofs.
#pragma once

#include "formal/task.hpp"
#include "rtl/design/design_point.hpp"

namespace sd::formal {

/// Two weights written into registers one after the other, and one of the two read: the first is
/// taken as it is, the second rebuilt or taken as it is.
[[nodiscard]] Definition rebuild_definition(const design::DesignPoint& point);

/// The digits of an activation add up to it, and none is left. With mac_booth_definition, of every
/// step, it follows that a sum of +-(weight << shift) is weight * activation.
[[nodiscard]] Definition booth_digits_definition();
/// One step of the two kinds of multiply-accumulate unit.
[[nodiscard]] Definition mac_parallel_definition();
[[nodiscard]] Definition mac_booth_definition();

/// One word of requantised lanes, with or without a residual.
[[nodiscard]] Definition output_stage_definition(int lanes, int lane_count_bits);

[[nodiscard]] Definition round_shift_definition(int width, int shift_bits);
[[nodiscard]] Definition saturate_definition(int width);

}  // namespace sd::formal
