#include "rtl/accelerator/control/control_side.hpp"

#include <cstdint>
#include <string>

#include "rtl/accelerator/control/axi_read_engine.hpp"
#include "rtl/accelerator/control/axi_write_engine.hpp"
#include "rtl/accelerator/control/command_fetch.hpp"
#include "rtl/accelerator/control/control_registers.hpp"
#include "rtl/accelerator/control/load_unit.hpp"
#include "rtl/accelerator/control/packing.hpp"
#include "rtl/accelerator/control/performance_counters.hpp"
#include "rtl/accelerator/control/store_unit.hpp"

namespace sd::rtl {

using namespace hcl;

namespace {

/// The low 32 bits of the design point's content hash.
std::uint32_t design_word(const design::DesignPoint& point) {
  const std::string hash = design::content_hash(point);
  return static_cast<std::uint32_t>(std::stoull(hash.substr(hash.size() - 8), nullptr, 16));
}

}  // namespace

ControlSideIo::ControlSideIo(Ports& p, const design::DesignPoint& point)
    : read(p, "m_axi", point),
      write(p, "m_axi", point),
      axil(p, "s_axil"),
      irq(p.output<Bool>("irq")),
      command(p.source<ComputeCommand>("command", point)),
      vector(p.source<VectorCommand>("vector", point)),
      done(p.input<Bool>("done")),
      load_hold(p.input<Bool>("load_hold")),
      input_write(p.output<Valid<InputWrite>>("input_write", point)),
      flag_write(p.output<Valid<FlagWrite>>("flag_write", point)),
      weight_write(p.output<Valid<WeightWrite>>("weight_write", point)),
      index_write(p.output<Valid<IndexWrite>>("index_write", point)),
      parameter_write(p.output<Valid<ParameterWrite>>("parameter_write", point)),
      output_read(p.output<Valid<OutputRead>>("output_read", point)),
      output_data(p.input<UInt>("output_data", point.macs * 8)),
      events(p.input<ComputeEvents>("events", point)) {}

ControlSide::ControlSide(Context& at, const design::DesignPoint& point)
    : Module(at, ModuleName("control_side").about("Registers, program, and data movement."),
             point) {
  auto registers = instance<ControlRegisters>("u_registers", design_word(point));
  auto fetch = instance<CommandFetch>("u_command_fetch", point);
  auto read_engine = instance<AxiReadEngine>("u_read_engine", point);
  auto write_engine = instance<AxiWriteEngine>("u_write_engine", point);
  auto load = instance<LoadUnit>("u_load_unit", point);
  auto store = instance<StoreUnit>("u_store_unit", point);
  auto counters = instance<PerformanceCounters>("u_counters", point);

  // Registers and the run.
  connect(io.axil, registers.axil);
  io.irq <<= registers.irq;
  fetch.start <<= registers.start;
  fetch.soft_reset <<= registers.soft_reset;
  fetch.command_address <<= registers.command_address;
  fetch.command_count <<= registers.command_count;
  fetch.watchdog <<= registers.watchdog;
  registers.busy <<= fetch.busy;
  registers.begin <<= fetch.begin;
  registers.done <<= fetch.done;
  registers.error <<= fetch.error;
  registers.command_id <<= fetch.command_id;
  counters.index <<= registers.counter_index;
  registers.counter_value <<= counters.value;

  // Reading: the program and the loads share the bus.
  connect(io.read, read_engine.axi);
  read_engine.program <<= fetch.transfer;
  fetch.beat <<= read_engine.program_beat;
  read_engine.load <<= load.transfer;
  load.beat <<= read_engine.load_beat;
  read_engine.stop <<= fetch.drain;
  load.command <<= fetch.load;
  load.hold <<= io.load_hold;
  load.drain <<= fetch.drain;
  fetch.load_done <<= load.done;
  fetch.load_error <<= load.error;
  io.input_write <<= load.input_write;
  io.flag_write <<= load.flag_write;
  io.weight_write <<= load.weight_write;
  io.index_write <<= load.index_write;
  io.parameter_write <<= load.parameter_write;

  // Writing.
  connect(io.write, write_engine.axi);
  write_engine.transfer <<= store.transfer;
  write_engine.data <<= store.beat;
  write_engine.stop <<= fetch.drain;
  store.command <<= fetch.store;
  store.drain <<= fetch.drain;
  store.written <<= write_engine.done;
  store.write_error <<= write_engine.error;
  store.engine_idle <<= write_engine.idle;
  fetch.store_done <<= store.done;
  fetch.store_error <<= store.error;
  io.output_read <<= store.read;
  store.data <<= io.output_data;

  io.command <<= fetch.compute;
  io.vector <<= fetch.vector;
  fetch.compute_done <<= io.done;
  fetch.engines_idle <<= read_engine.idle & write_engine.idle & load.idle;

  // All that the compute side counts says that it moves, but for the cycles in which it waits or
  // merely has a command.
  const ComputeEvents& e = io.events;
  fetch.progress <<= any_of(
      {read_engine.progress, write_engine.progress, e.macs != 0, e.mac_active != 0, e.rows_executed,
       e.rows_skipped_weight != 0, e.rows_skipped_activation, e.input_buffer_reads != 0,
       e.weight_buffer_reads, e.index_buffer_reads, e.output_buffer_writes, e.weights_rebuilt != 0,
       e.outputs != 0, e.local_writes, e.vector_operations != 0, e.residual_outputs != 0});

  // Counters.
  counters.clear <<= fetch.begin;
  counters.compute <<= io.events;
  counters.control.cycles <<= fetch.busy;
  counters.control.dram_read_beats <<= read_engine.beat;
  counters.control.dram_write_beats <<= write_engine.beat;
  counters.control.input_buffer_writes <<= load.input_write.valid;
  counters.control.weight_buffer_writes <<= load.weight_write.valid;
  counters.control.index_buffer_writes <<= load.index_write.valid;
  counters.control.output_buffer_reads <<= store.read.valid;
  counters.control.load_busy_cycles <<= fetch.load_busy;
  counters.control.store_busy_cycles <<= fetch.store_busy;
}

}  // namespace sd::rtl
