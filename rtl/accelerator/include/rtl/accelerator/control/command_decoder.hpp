// One command at a time: checked, then handed to the queue of its unit, or reported as an error.
// Combinational but for the checker's cycles.
#pragma once

#include "rtl/accelerator/control/commands.hpp"
#include "rtl/accelerator/control/program_reader.hpp"
#include "rtl/accelerator/control/sequencer.hpp"
#include "rtl/accelerator/control/unit_queue.hpp"

namespace sd::rtl {

struct CommandDecoderIo {
  hcl::Bool enable;  ///< false: nothing is handed out
  hcl::Decoupled<FetchedCommand> command;
  hcl::Decoupled<LoadCommand> load;
  hcl::Decoupled<ArrayCommand> array;
  hcl::Decoupled<StoreCommand> store;
  TokenFlags tokens;  ///< of the command that is offered
  hcl::Bool end;
  hcl::Valid<ErrorReport> error;
  hcl::Bool taken;
  hcl::UInt id;  ///< of the command
  CommandDecoderIo(hcl::Ports& p, const design::DesignPoint& point);
};

class CommandDecoder : public hcl::Module<CommandDecoderIo> {
 public:
  CommandDecoder(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
