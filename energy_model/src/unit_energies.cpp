#include "energy_model/unit_energies.hpp"

#include <bit>
#include <cmath>

namespace sd::energy {

namespace {

/// A marker bit, the row in the kernel (8 bits), and the row of the tile (16 bits).
constexpr int index_entry_bits = 1 + 8 + 16;
constexpr int accumulator_bits = 32;
/// Output stage: 33-bit biased sum times a 15-bit multiplier, a 48-bit product.
constexpr int biased_bits = 33, multiplier_bits = 15, product_bits = 48;

/// Adders and shifters of other widths than 8 bits cost in proportion to their bits.
double add_pj(int bits, const Technology& t) {
  return t.add8_pj.value * bits / 8;
}
double shift_pj(int bits, const Technology& t) {
  return t.shift8_pj.value * bits / 8;
}
double register_pj(int bits, const Technology& t) {
  return t.register_pj_per_bit.value * bits;
}

double mac_operation_pj(const design::DesignPoint& design, const Technology& t) {
  const double accumulate = t.add32_pj.value + register_pj(accumulator_bits, t);
  if (design.mac_kind == design::MacKind::parallel) return t.multiply8_pj.value + accumulate;
  // One digit: the weight shifted by 0 to 7 places (15 bits), added or subtracted. There is no
  // multiplier.
  constexpr int multiple_bits = 15;
  return shift_pj(multiple_bits, t) + accumulate;
}

double rebuilt_weight_pj(const design::DesignPoint& design, const Technology& t) {
  if (!design.rebuild) return 0;
  // `rank` basis elements shifted by up to levels - 1 places, summed in a tree; rounding is one
  // more addition, q one more shift; then the weight's register.
  const int term_bits = 8 + design.levels - 1;
  const int sum_bits = term_bits + std::bit_width(static_cast<unsigned>(design.rank - 1));
  return design.rank * shift_pj(term_bits, t) + design.rank * add_pj(sum_bits, t) +
         shift_pj(sum_bits, t) + register_pj(8, t);
}

double output_pj(const design::DesignPoint& design, const Technology& t) {
  const double tree = (design.lines - 1) * t.add32_pj.value + register_pj(accumulator_bits, t);
  // A multiplier costs in proportion to its array of bits.
  const double multiply = t.multiply8_pj.value * (biased_bits * multiplier_bits) / (8 * 8);
  return tree + t.add32_pj.value + register_pj(biased_bits, t) + multiply +
         register_pj(product_bits, t) + add_pj(product_bits, t) + shift_pj(product_bits, t);
}

/// A value of 8 bits times a multiplier of 15.
double scaled_value_pj(const Technology& t) {
  return t.multiply8_pj.value * multiplier_bits / 8;
}

double residual_output_pj(const Technology& t) {
  constexpr int sum_bits = 8 + multiplier_bits + 1;
  return 2 * scaled_value_pj(t) + 2 * add_pj(sum_bits, t) + shift_pj(sum_bits, t) +
         2 * register_pj(sum_bits, t);
}

double vector_operation_pj(const Technology& t) {
  return scaled_value_pj(t) + t.add32_pj.value + register_pj(accumulator_bits, t);
}

}  // namespace

double sram_pj_per_bit(double macro_bytes, const Technology& t) {
  return t.sram_base_pj_per_bit.value +
         t.sram_slope_pj_per_bit.value * std::sqrt(macro_bytes / 1024);
}

UnitEnergies unit_energies(const design::DesignPoint& design, const Technology& t) {
  UnitEnergies unit;
  unit.dram_byte = 8 * t.dram_pj_per_bit.value;

  const double bank_bytes = static_cast<double>(design.input_buffer_bytes) / design.input_banks();
  const double input_bit = sram_pj_per_bit(bank_bytes, t);
  const int input_word_bits = design.macs * 8;
  unit.input_buffer_read = input_word_bits * input_bit + register_pj(input_word_bits, t);
  unit.input_buffer_write_byte = 8 * input_bit;
  unit.local_write = input_word_bits * input_bit;

  const int word_bits = design.weight_word_bits();
  const double word = word_bits * sram_pj_per_bit(design.weight_buffer_bytes, t);
  // Codes are kept in one register until they are rebuilt; 8-bit weights wait in one and run from a
  // second.
  unit.weight_buffer_read = word + register_pj(word_bits, t) * (design.rebuild ? 1 : 2);
  unit.weight_buffer_write = word;

  unit.index_buffer_access =
      index_entry_bits * sram_pj_per_bit(design.index_buffer_entries * (index_entry_bits / 8.0), t);
  unit.output_buffer_access = design.macs * 8 * sram_pj_per_bit(design.output_buffer_bytes, t);
  unit.rebuilt_weight = rebuilt_weight_pj(design, t);
  unit.mac_operation = mac_operation_pj(design, t);
  unit.output = output_pj(design, t);
  unit.residual_output = residual_output_pj(t);
  unit.vector_operation = vector_operation_pj(t);
  return unit;
}

}  // namespace sd::energy
