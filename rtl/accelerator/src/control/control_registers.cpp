#include "rtl/accelerator/control/control_registers.hpp"

#include <vector>

#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/control/packing.hpp"
#include "rtl/accelerator/control/performance_counters.hpp"

namespace sd::rtl {

using namespace hcl;

ControlRegistersIo::ControlRegistersIo(Ports& p, std::uint32_t)
    : axil(p, "axil"),
      irq(p.output<Bool>("irq")),
      start(p.output<Bool>("start")),
      soft_reset(p.output<Bool>("soft_reset")),
      command_address(p.output<UInt>("command_address", 32)),
      command_count(p.output<UInt>("command_count", 32)),
      busy(p.input<Bool>("busy")),
      begin(p.input<Bool>("begin")),
      done(p.input<Bool>("done")),
      error(p.input<Valid<ErrorReport>>("error")),
      command_id(p.input<Valid<UInt>>("command_id", command_id_bits)),
      counter_index(p.output<UInt>("counter_index", bits_for(counter_count))),
      counter_value(p.input<UInt>("counter_value", 64)) {}

ControlRegisters::ControlRegisters(Context& at, std::uint32_t design_hash)
    : Module(
          at,
          ModuleName("control_registers").about("AXI4-Lite registers: control, status, counters."),
          design_hash) {
  const AxiLitePort& bus = io.axil;

  auto irq_enable = reg<Bool>("irq_enable", Reset{0});
  auto done = reg<Bool>("done", Reset{0});
  auto error = reg<Bool>("error", Reset{0});
  auto error_code = reg<UInt>("error_code", Reset{0}, 4);
  auto command_id = reg<UInt>("command_id", Reset{0}, command_id_bits);
  auto command_address = reg<UInt>("command_address", Reset{0}, 32);
  auto command_count = reg<UInt>("command_count", Reset{0}, 32);

  // Writes: address and data come in any order.
  auto aw_held = reg<Bool>("aw_held", Reset{0});
  auto aw_address = reg<UInt>("aw_address", no_reset, axi_lite_address_bits);
  auto w_held = reg<Bool>("w_held", Reset{0});
  auto w_data = reg<UInt>("w_data", no_reset, 32);
  auto w_strobe = reg<UInt>("w_strobe", no_reset, 4);
  auto b_held = reg<Bool>("b_held", Reset{0});
  auto b_error = reg<Bool>("b_error", no_reset);
  bus.awready <<= !aw_held;
  bus.wready <<= !w_held;
  bus.bvalid <<= b_held;
  bus.bresp <<= mux(b_error, u(axi_slave_error, 2), u(axi_okay, 2));
  when(bus.awvalid & !aw_held, [&] {
    aw_held <<= true;
    aw_address <<= bus.awaddr;
  });
  when(bus.wvalid & !w_held, [&] {
    w_held <<= true;
    w_data <<= bus.wdata;
    w_strobe <<= bus.wstrb;
  });
  when(b_held & bus.bready, [&] { b_held <<= false; });
  const Bool write = name("write", aw_held & w_held & !b_held);
  const auto writes = [&](int offset) { return write & (aw_address == offset); };
  const Bool writable = name("writable", any_of({aw_address == register_offset::control,
                                                 aw_address == register_offset::status,
                                                 aw_address == register_offset::command_address,
                                                 aw_address == register_offset::command_count}));
  when(write, [&] {
    aw_held <<= false;
    w_held <<= false;
    b_held <<= true;
    b_error <<= !writable;
  });

  const Bool control_written =
      name("control_written", writes(register_offset::control) & w_strobe.bit(0));
  const Bool soft_reset = name("soft_reset", control_written & w_data.bit(1));
  io.start <<= control_written & w_data.bit(0) & !w_data.bit(1);
  io.soft_reset <<= soft_reset;
  when(control_written, [&] { irq_enable <<= w_data.bit(2); });
  const auto set_bytes = [&](const UInt& target) {
    std::vector<UInt> bytes;
    for (int i = 3; i >= 0; --i)
      bytes.push_back(
          mux(w_strobe.bit(i), w_data.bits(8 * i + 7, 8 * i), target.bits(8 * i + 7, 8 * i)));
    target <<= cat(bytes);
  };
  when(writes(register_offset::command_address), [&] { set_bytes(command_address); });
  when(writes(register_offset::command_count), [&] { set_bytes(command_count); });

  // Status: what happens now counts more than what is being cleared.
  when(writes(register_offset::status) & w_strobe.bit(0), [&] {
    when(w_data.bit(1), [&] { done <<= false; });
    when(w_data.bit(2), [&] { error <<= false; });
  });
  when(io.begin | soft_reset, [&] {
    done <<= false;
    error <<= false;
    error_code <<= 0;
    command_id <<= 0;
  });
  when(io.command_id.valid & !error, [&] { command_id <<= io.command_id.bits; });
  when(io.error.valid, [&] {
    error <<= true;
    error_code <<= io.error.bits.code;
    command_id <<= io.error.bits.id;
  });
  when(io.done, [&] { done <<= true; });
  io.irq <<= irq_enable & done;
  io.command_address <<= command_address;
  io.command_count <<= command_count;

  // Reads.
  auto ar_held = reg<Bool>("ar_held", Reset{0});
  auto ar_address = reg<UInt>("ar_address", no_reset, axi_lite_address_bits);
  auto r_held = reg<Bool>("r_held", Reset{0});
  auto r_data = reg<UInt>("r_data", no_reset, 32);
  auto r_error = reg<Bool>("r_error", no_reset);
  bus.arready <<= !ar_held & !r_held;
  bus.rvalid <<= r_held;
  bus.rdata <<= r_data;
  bus.rresp <<= mux(r_error, u(axi_slave_error, 2), u(axi_okay, 2));

  const int counters_end = register_offset::counters + 8 * counter_count;
  const Bool in_counters =
      name("in_counters", (ar_address >= register_offset::counters) & (ar_address < counters_end) &
                              (ar_address.bits(1, 0) == 0));
  const UInt counter = wrap(ar_address.bits(8, 3) - register_offset::counters / 8);
  io.counter_index <<= counter.truncate(io.counter_index.width());
  auto value = wire<UInt>("value", 32);
  auto mapped = wire<Bool>("mapped");
  value <<= mux(ar_address.bit(2), io.counter_value.bits(63, 32), io.counter_value.bits(31, 0));
  mapped <<= in_counters;
  const auto show = [&](auto& arm, int offset, const UInt& shown) {
    arm.is(offset, [&, shown] {
      value <<= shown;
      mapped <<= true;
    });
  };
  switch_(ar_address, [&](auto& arm) {
    show(arm, register_offset::id, u(register_id, 32));
    show(arm, register_offset::design, u(design_hash, 32));
    show(arm, register_offset::control, cat(irq_enable, u(0, 2)));
    show(arm, register_offset::status,
         cat(command_id, u(0, 4), error_code, u(0, 5), error, done, io.busy));
    show(arm, register_offset::command_address, command_address);
    show(arm, register_offset::command_count, command_count);
  });
  when(bus.arvalid & !ar_held & !r_held, [&] {
    ar_held <<= true;
    ar_address <<= bus.araddr;
  });
  when(ar_held, [&] {
    ar_held <<= false;
    r_held <<= true;
    r_data <<= mux(mapped, value, u(0, 32));
    r_error <<= !mapped;
  });
  when(r_held & bus.rready, [&] { r_held <<= false; });
}

}  // namespace sd::rtl
