// The life of a run: idle, run, finish (END seen, waiting for the units), drain (after an error or
// a soft reset: nothing new begins, what is under way on the bus comes to its end).
//
// The first error counts, and of several in one cycle the one that is declared first. `done` comes
// at the end of finish, and at the end of a drain that an error began.
#pragma once

#include "rtl/accelerator/control/command_format.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct ErrorReport {
  hcl::UInt code;  ///< a RunError
  hcl::UInt id;    ///< of the command
  explicit ErrorReport(hcl::Fields& f);
};

struct SequencerIo {
  hcl::Bool start, soft_reset;
  hcl::Bool bad_address;  ///< at `start`: the program is not aligned to a command
  hcl::Bool no_commands;  ///< at `start`: the program is empty
  hcl::Bool end;          ///< END was decoded
  hcl::Bool all_idle;     ///< no unit, no queue, no engine has anything left
  hcl::Valid<ErrorReport> decode_error, load_error, store_error, watchdog_error;
  hcl::Bool begin;         ///< a run begins: everything starts from zero
  hcl::Bool decoding;      ///< commands may be handed out
  hcl::Bool underway;      ///< run or finish
  hcl::Bool stop_reading;  ///< the rest of the program is dropped
  hcl::Bool drain;
  hcl::Bool busy, done;
  hcl::Valid<ErrorReport> error;
  explicit SequencerIo(hcl::Ports& p);
};

class Sequencer : public hcl::Module<SequencerIo> {
 public:
  explicit Sequencer(hcl::Context& at);
};

}  // namespace sd::rtl
