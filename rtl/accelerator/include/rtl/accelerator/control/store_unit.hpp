// STORE: chunks of the output buffer to DRAM.
//
// A command goes to the write engine and to the reader of the output buffer at the same time; the
// next one may follow while responses of the one before are still to come. In a drain the words of
// the bursts already begun are still given.
#pragma once

#include "rtl/accelerator/control/axi_ports.hpp"
#include "rtl/accelerator/control/commands.hpp"
#include "rtl/accelerator/control/sequencer.hpp"
#include "rtl/accelerator/seam.hpp"

namespace sd::rtl {

struct StoreUnitIo {
  hcl::Decoupled<StoreCommand> command;
  hcl::Bool done;
  hcl::Valid<ErrorReport> error;
  hcl::Decoupled<Transfer> transfer;
  hcl::Decoupled<hcl::UInt> beat;
  hcl::Bool written;      ///< the write engine has the last response of a transfer
  hcl::Bool write_error;  ///< a response was not OKAY
  hcl::Bool engine_idle;
  hcl::Valid<OutputRead> read;
  hcl::UInt data;
  hcl::Bool drain;
  StoreUnitIo(hcl::Ports& p, const design::DesignPoint& point);
};

class StoreUnit : public hcl::Module<StoreUnitIo> {
 public:
  StoreUnit(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
