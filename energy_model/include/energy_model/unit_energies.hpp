// What one action costs on a design point: the technology's numbers times the widths of the design.
#pragma once

#include "energy_model/energy.hpp"

namespace sd::energy {

/// Read or write energy of one bit in a macro of that size.
[[nodiscard]] double sram_pj_per_bit(double macro_bytes, const Technology& technology);

/// Picojoules per action; docs/energy.md derives each.
struct UnitEnergies {
  double dram_byte = 0;
  double input_buffer_read = 0;  ///< a word of `macs` bytes, into a line's segment registers
  double input_buffer_write_byte = 0;
  double local_write = 0;  ///< a word of `macs` bytes
  double weight_buffer_read = 0;  ///< a word, into the registers of the slices
  double weight_buffer_write = 0;
  double index_buffer_access = 0;   ///< an entry
  double output_buffer_access = 0;  ///< a word
  double rebuilt_weight =
      0;  ///< one column of one row of one slice by shift-and-add; 0 without rebuild
  double mac_operation = 0;  ///< a product, or a non-zero Booth digit
  double output = 0;         ///< one output pixel: sum over the lines, output stage
  double residual_output = 0;   ///< what the residual adds to an output pixel
  double vector_operation = 0;  ///< a tap of one pixel
};

[[nodiscard]] UnitEnergies unit_energies(const design::DesignPoint& design,
                                         const Technology& technology);

}  // namespace sd::energy
