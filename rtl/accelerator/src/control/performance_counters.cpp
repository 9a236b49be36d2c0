#include "rtl/accelerator/control/performance_counters.hpp"

#include <vector>

#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using namespace hcl;

ControlEvents::ControlEvents(Fields& f)
    : cycles(f.field<Bool>("cycles")),
      dram_read_beats(f.field<Bool>("dram_read_beats")),
      dram_write_beats(f.field<Bool>("dram_write_beats")),
      input_buffer_writes(f.field<Bool>("input_buffer_writes")),
      weight_buffer_writes(f.field<Bool>("weight_buffer_writes")),
      index_buffer_writes(f.field<Bool>("index_buffer_writes")),
      output_buffer_reads(f.field<Bool>("output_buffer_reads")),
      load_busy_cycles(f.field<Bool>("load_busy_cycles")),
      store_busy_cycles(f.field<Bool>("store_busy_cycles")) {}

PerformanceCountersIo::PerformanceCountersIo(Ports& p, const design::DesignPoint& point)
    : clear(p.input<Bool>("clear")),
      control(p.input<ControlEvents>("control")),
      compute(p.input<ComputeEvents>("compute", point)),
      index(p.input<UInt>("index", bits_for(counter_count))),
      value(p.output<UInt>("value", 64)) {}

PerformanceCounters::PerformanceCounters(Context& at, const design::DesignPoint& point)
    : Module(
          at,
          ModuleName("performance_counters").about("What happened in a run, in 64-bit counters."),
          point) {
  const ControlEvents& control = io.control;
  const ComputeEvents& compute = io.compute;
  // In the order of counter_names.
  const std::vector<UInt> increments{control.cycles.as_uint(),
                                     compute.macs,
                                     compute.mac_active,
                                     compute.rows_executed.as_uint(),
                                     compute.rows_skipped_weight,
                                     compute.rows_skipped_activation.as_uint(),
                                     control.dram_read_beats.as_uint(),
                                     control.dram_write_beats.as_uint(),
                                     compute.input_buffer_reads,
                                     control.input_buffer_writes.as_uint(),
                                     compute.weight_buffer_reads.as_uint(),
                                     control.weight_buffer_writes.as_uint(),
                                     compute.index_buffer_reads.as_uint(),
                                     control.index_buffer_writes.as_uint(),
                                     control.output_buffer_reads.as_uint(),
                                     compute.output_buffer_writes.as_uint(),
                                     compute.weights_rebuilt,
                                     compute.outputs,
                                     compute.select_stall_cycles.as_uint(),
                                     compute.drain_stall_cycles.as_uint(),
                                     control.load_busy_cycles.as_uint(),
                                     compute.compute_busy_cycles.as_uint(),
                                     control.store_busy_cycles.as_uint(),
                                     compute.local_writes.as_uint(),
                                     compute.vector_operations,
                                     compute.residual_outputs};

  std::vector<UInt> counters;
  for (std::size_t i = 0; i < counter_names.size(); ++i) {
    auto counter = reg<UInt>(counter_names[i], Reset{0}, 64);
    counter <<= wrap(counter + increments.at(i));
    when(io.clear, [&] { counter <<= 0; });
    counters.push_back(counter);
  }
  io.value <<= u(0, 64);
  switch_(io.index, [&](auto& shown) {
    for (int i = 0; i < counter_count; ++i)
      shown.is(i, [&, i] { io.value <<= counters[static_cast<std::size_t>(i)]; });
  });
}

}  // namespace sd::rtl
