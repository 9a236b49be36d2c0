// The conductor: reads the program, decodes it, feeds the three units in the order that their
// tokens allow, and ends the run.
#pragma once

#include "rtl/accelerator/control/axi_ports.hpp"
#include "rtl/accelerator/control/commands.hpp"
#include "rtl/accelerator/control/sequencer.hpp"

namespace sd::rtl {

struct CommandFetchIo {
  // Registers.
  hcl::Bool start, soft_reset;
  hcl::UInt command_address, command_count, watchdog;
  hcl::Bool busy, begin, done;
  hcl::Valid<ErrorReport> error;
  hcl::Valid<hcl::UInt> command_id;  ///< of a command that is handed out
  // Program.
  hcl::Decoupled<Transfer> transfer;
  hcl::Decoupled<ReadBeat> beat;
  // Units.
  hcl::Decoupled<LoadCommand> load;
  hcl::Decoupled<ComputeCommand> compute;  ///< at most one of compute and vector at a time
  hcl::Decoupled<VectorCommand> vector;
  hcl::Decoupled<StoreCommand> store;
  hcl::Bool load_done, compute_done, store_done;  ///< compute_done: VECTORs included
  hcl::Valid<ErrorReport> load_error, store_error;
  hcl::Bool engines_idle;  ///< read engine, load unit and store unit
  hcl::Bool progress;      ///< something moved on the bus or in the compute side
  hcl::Bool drain;         ///< a run is being broken off
  hcl::Bool load_busy, store_busy;
  CommandFetchIo(hcl::Ports& p, const design::DesignPoint& point);
};

class CommandFetch : public hcl::Module<CommandFetchIo> {
 public:
  CommandFetch(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
