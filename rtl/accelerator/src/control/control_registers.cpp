#include "rtl/accelerator/control/control_registers.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/control/packing.hpp"
#include "rtl/accelerator/control/performance_counters.hpp"

namespace sd::rtl {

using namespace hcl;

namespace {

/// A word of fields, lowest first; zero between them.
UInt placed(const std::vector<std::pair<RegisterBits, UInt>>& fields) {
  std::vector<UInt> parts;
  int filled = 0;
  for (const auto& [bits, value] : fields) {
    if (bits.lsb > filled) parts.push_back(u(0, bits.lsb - filled));
    parts.push_back(value.extend(bits.width));
    filled = bits.lsb + bits.width;
  }
  if (filled < 32) parts.push_back(u(0, 32 - filled));
  std::reverse(parts.begin(), parts.end());
  return cat(parts);
}

}  // namespace

ControlRegistersIo::ControlRegistersIo(Ports& p, std::uint32_t)
    : axil(p, "axil"),
      irq(p.output<Bool>("irq")),
      start(p.output<Bool>("start")),
      soft_reset(p.output<Bool>("soft_reset")),
      command_address(p.output<UInt>("command_address", 32)),
      command_count(p.output<UInt>("command_count", 32)),
      watchdog(p.output<UInt>("watchdog", 32)),
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
  auto error_code = reg<UInt>("error_code", Reset{0}, error_code_bits);
  auto command_id = reg<UInt>("command_id", Reset{0}, command_id_bits);
  auto command_address = reg<UInt>("command_address", Reset{0}, 32);
  auto command_count = reg<UInt>("command_count", Reset{0}, 32);
  auto watchdog = reg<UInt>("watchdog", Reset{watchdog_reset}, 32);

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
  const auto writes = [&](Register which) { return write & (aw_address == offset_of(which)); };
  std::vector<Bool> at_writable;
  for (const RegisterEntry& entry : register_map)
    if (entry.writable) at_writable.push_back(aw_address == entry.offset);
  const Bool writable = name("writable", any_of(at_writable));
  when(write, [&] {
    aw_held <<= false;
    w_held <<= false;
    b_held <<= true;
    b_error <<= !writable;
  });

  const auto data_bit = [&](const RegisterBits& bits) { return w_data.bit(bits.lsb); };
  const Bool control_written = name("control_written", writes(Register::control) & w_strobe.bit(0));
  const Bool soft_reset = name("soft_reset", control_written & data_bit(control_bits::soft_reset));
  io.start <<= control_written & data_bit(control_bits::start) & !soft_reset;
  io.soft_reset <<= soft_reset;
  when(control_written, [&] { irq_enable <<= data_bit(control_bits::interrupt_enable); });
  for (const auto& [which, target] : {std::pair{Register::command_address, command_address},
                                      std::pair{Register::command_count, command_count},
                                      std::pair{Register::watchdog, watchdog}}) {
    when(writes(which), [&, target = target] {
      std::vector<UInt> bytes;
      for (int i = 3; i >= 0; --i)
        bytes.push_back(
            mux(w_strobe.bit(i), w_data.bits(8 * i + 7, 8 * i), target.bits(8 * i + 7, 8 * i)));
      target <<= cat(bytes);
    });
  }

  // Status: what happens now counts more than what is being cleared.
  when(writes(Register::status) & w_strobe.bit(0), [&] {
    when(data_bit(status_bits::done), [&] { done <<= false; });
    when(data_bit(status_bits::error), [&] { error <<= false; });
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
  io.irq <<= irq_enable & (done | error);
  io.command_address <<= command_address;
  io.command_count <<= command_count;
  io.watchdog <<= watchdog;

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

  const int counters_end = counters_offset + 8 * counter_count;
  const Bool in_counters =
      name("in_counters", (ar_address >= counters_offset) & (ar_address < counters_end) &
                              (ar_address.bits(1, 0) == 0));
  const UInt counter = wrap(ar_address.bits(8, 3) - counters_offset / 8);
  io.counter_index <<= counter.truncate(io.counter_index.width());
  auto value = wire<UInt>("value", 32);
  auto mapped = wire<Bool>("mapped");
  value <<= mux(ar_address.bit(2), io.counter_value.bits(63, 32), io.counter_value.bits(31, 0));
  mapped <<= in_counters;
  const auto shown = [&](Register which) {
    switch (which) {
      case Register::id:
        return u(register_id, 32);
      case Register::design:
        return u(design_hash, 32);
      case Register::control:
        return placed({{control_bits::interrupt_enable, irq_enable.as_uint()}});
      case Register::status:
        return placed({{status_bits::busy, io.busy.as_uint()},
                       {status_bits::done, done.as_uint()},
                       {status_bits::error, error.as_uint()},
                       {status_bits::error_code, error_code},
                       {status_bits::command_id, command_id}});
      case Register::command_address:
        return UInt(command_address);
      case Register::command_count:
        return UInt(command_count);
      case Register::watchdog:
        break;
    }
    return UInt(watchdog);
  };
  switch_(ar_address, [&](auto& at_address) {
    for (const RegisterEntry& entry : register_map)
      at_address.is(entry.offset, [&] {
        value <<= shown(entry.which);
        mapped <<= true;
      });
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
