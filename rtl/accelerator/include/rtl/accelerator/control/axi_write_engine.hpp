// The write half of the AXI master port.
//
// Addresses and data go out side by side (data never waits for an address to be taken); up to
// `outstanding_writes` bursts wait for their response. `done` comes with the last response of a
// transfer, `error` with any that is not OKAY. `stop` drops bursts not yet begun; those begun still
// need their data beats, and `idle` says that no response is missing.
#pragma once

#include "rtl/accelerator/control/axi_ports.hpp"

namespace sd::rtl {

inline constexpr int outstanding_writes = 8;

struct AxiWriteEngineIo {
  hcl::Decoupled<Transfer> transfer;
  hcl::Decoupled<hcl::UInt> data;
  hcl::Bool done, error;
  hcl::Bool stop, idle;
  hcl::Bool beat;      ///< a beat went over the bus
  hcl::Bool progress;  ///< something passed on any of the channels
  AxiWritePort axi;
  AxiWriteEngineIo(hcl::Ports& p, const design::DesignPoint& point);
};

class AxiWriteEngine : public hcl::Module<AxiWriteEngineIo> {
 public:
  AxiWriteEngine(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
