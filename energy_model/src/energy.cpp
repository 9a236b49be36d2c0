#include "energy_model/energy.hpp"

#include "energy_model/unit_energies.hpp"

namespace sd::energy {

double EnergyBreakdown::total_pj() const {
  double total = 0;
  for (const auto& [component, pj] : components) total += pj;
  return total;
}

EnergyBreakdown energy_of(const ActionCounts& counts, const design::DesignPoint& design,
                          const Technology& technology) {
  const UnitEnergies unit = unit_energies(design, technology);
  const auto times = [](std::uint64_t count, double pj) { return static_cast<double>(count) * pj; };
  EnergyBreakdown energy;
  energy.components = {
      {"dram", times(counts.dram_read_bytes + counts.dram_write_bytes, unit.dram_byte)},
      {"input_buffer", times(counts.input_buffer_reads, unit.input_buffer_read) +
                           times(counts.input_buffer_write_bytes, unit.input_buffer_write_byte) +
                           times(counts.local_writes, unit.local_write)},
      {"weight_buffer", times(counts.weight_buffer_reads, unit.weight_buffer_read) +
                            times(counts.weight_buffer_writes, unit.weight_buffer_write)},
      {"index_buffer",
       times(counts.index_buffer_reads + counts.index_buffer_writes, unit.index_buffer_access)},
      {"output_buffer",
       times(counts.output_buffer_reads + counts.output_buffer_writes, unit.output_buffer_access)},
      {"rebuild", times(counts.weights_rebuilt, unit.rebuilt_weight)},
      {"mac", times(counts.mac_operations, unit.mac_operation)},
      {"output_stage", times(counts.outputs, unit.output) +
                           times(counts.residual_outputs, unit.residual_output)},
      {"vector", times(counts.vector_operations, unit.vector_operation)},
  };
  return energy;
}

}  // namespace sd::energy
