// The commands in front of one unit: a queue, the wait for tokens at its head, and the tokens that
// are due when the unit says `done`.
//
// Up to `unit_queue_depth` commands wait and as many are under way in the unit. `drop_waiting`
// empties the queue; `drop_running` also forgets the command offered to the unit and those under
// way.
#pragma once

#include "rtl/accelerator/control/command_format.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

/// What a command takes from, and gives to, the unit before (prev) and after (next) its own; the
/// one before load is store, and the one after store is load.
struct TokenFlags {
  hcl::Bool pop_prev, pop_next, push_prev, push_next;
  explicit TokenFlags(hcl::Fields& f);
};

struct QueuedCommand {
  TokenFlags tokens;
  hcl::UInt command;
  QueuedCommand(hcl::Fields& f, int width);
};

struct UnitQueueIo {
  hcl::Decoupled<QueuedCommand> in;
  hcl::Decoupled<hcl::UInt> out;
  hcl::Bool done;  ///< the oldest command under way is complete
  hcl::Bool prev_available, next_available;
  TokenFlags moved;  ///< tokens that are taken or given in this cycle
  hcl::Bool drop_waiting, drop_running;
  hcl::Bool running;  ///< a command is offered or under way
  hcl::Bool idle;
  UnitQueueIo(hcl::Ports& p, int width);
};

class UnitQueue : public hcl::Module<UnitQueueIo> {
 public:
  UnitQueue(hcl::Context& at, int width);
};

}  // namespace sd::rtl
