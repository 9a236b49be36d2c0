// What the arithmetic of docs/numerics.md means, as plain SystemVerilog, written without a look at
// the blocks: the golden side of the equivalence proofs.
#pragma once

#include <string>

#include "formal/proof.hpp"
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

[[nodiscard]] Definition round_shift_definition(int width, int shift_bits);
[[nodiscard]] Definition saturate_definition(int width);

/// The proof that `gate` is `gold`.
[[nodiscard]] Proof equivalence(const std::string& name, const std::string& what,
                                const std::string& parameters, const Definition& gold, int cycles,
                                const std::function<Task()>& gate,
                                const std::vector<std::string>& fault_modules);

/// The output stage: two halves, and that they are the whole.
[[nodiscard]] std::vector<Proof> output_stage_proofs();

}  // namespace sd::formal
