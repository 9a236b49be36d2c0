#include "energy_counts.hpp"

namespace sd::core {

energy::ActionCounts action_counts(const tb::Counters& counters,
                                   const design::DesignPoint& design) {
  const auto beat = static_cast<std::uint64_t>(design.axi_bytes());
  energy::ActionCounts counts;
  counts.cycles = counters.cycles;
  counts.mac_operations =
      design.mac_kind == design::MacKind::booth_serial ? counters.mac_active : counters.macs;
  counts.weights_rebuilt = counters.weights_rebuilt;
  counts.outputs = counters.outputs;
  counts.dram_read_bytes = counters.dram_read_beats * beat;
  counts.dram_write_bytes = counters.dram_write_beats * beat;
  counts.input_buffer_reads = counters.input_buffer_reads;
  counts.input_buffer_write_bytes = counters.input_buffer_writes * beat;
  counts.local_writes = counters.local_writes;
  counts.vector_operations = counters.vector_operations;
  counts.residual_outputs = counters.residual_outputs;
  counts.weight_buffer_reads = counters.weight_buffer_reads;
  counts.weight_buffer_writes = counters.weight_buffer_writes;
  counts.index_buffer_reads = counters.index_buffer_reads;
  counts.index_buffer_writes = counters.index_buffer_writes;
  counts.output_buffer_reads = counters.output_buffer_reads;
  counts.output_buffer_writes = counters.output_buffer_writes;
  return counts;
}

energy::EnergyBreakdown energy_per_image(const tb::Counters& counters,
                                         const design::DesignPoint& design, std::size_t images) {
  energy::EnergyBreakdown energy =
      energy::energy_of(action_counts(counters, design), design, energy::default_technology());
  for (auto& [component, pj] : energy.components) pj /= static_cast<double>(images);
  return energy;
}

}  // namespace sd::core
