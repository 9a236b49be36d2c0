// The AXI4-Lite slave: control, status, and the window on the counters.
//
// A write takes effect two cycles after both its address and its data came; a read is answered two
// cycles after its address. One write and one read are under way at a time. An address that is not
// a multiple of four, one that is not in the map, and a write to what can only be read are answered
// with SLVERR and change nothing. The map is that of register_map.hpp.
#pragma once

#include <cstdint>

#include "rtl/accelerator/control/axi_ports.hpp"
#include "rtl/accelerator/control/register_map.hpp"
#include "rtl/accelerator/control/sequencer.hpp"

namespace sd::rtl {

struct ControlRegistersIo {
  AxiLitePort axil;
  hcl::Bool irq;
  hcl::Bool start, soft_reset;  ///< one cycle
  hcl::UInt command_address, command_count, watchdog;
  hcl::Bool busy, begin, done;
  hcl::Valid<ErrorReport> error;
  hcl::Valid<hcl::UInt> command_id;
  hcl::UInt counter_index, counter_value;
  ControlRegistersIo(hcl::Ports& p, std::uint32_t design_hash);
};

class ControlRegisters : public hcl::Module<ControlRegistersIo> {
 public:
  /// `design_hash`: what DESIGN reads.
  ControlRegisters(hcl::Context& at, std::uint32_t design_hash);
};

}  // namespace sd::rtl
