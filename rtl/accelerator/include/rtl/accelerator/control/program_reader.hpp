// Reads the program: command after command by AXI, a few ahead of their execution.
//
// `start` (while idle) takes the address and the number of commands. Up to `commands_ahead`
// commands are asked for before the oldest of them is put together, and no more than there is room
// for: so a beat of the program never waits on the bus. `command` holds the oldest one until it is
// taken. `stop` forgets the program; beats still under way are taken and dropped. Latency: the
// beats of a command after its data came; throughput: a beat a cycle.
#pragma once

#include "rtl/accelerator/control/axi_ports.hpp"
#include "rtl/accelerator/control/command_format.hpp"

namespace sd::rtl {

inline constexpr int commands_ahead = 4;

struct FetchedCommand {
  hcl::UInt words;  ///< command_bits
  hcl::Bool error;  ///< a beat came with an error response
  hcl::Bool last;   ///< of the program, by the count
  explicit FetchedCommand(hcl::Fields& f);
};

struct ProgramReaderIo {
  hcl::Bool start, stop;
  hcl::UInt address;  ///< of the first command, in commands
  hcl::UInt count;    ///< 32 bits, 1 or more
  hcl::Decoupled<Transfer> transfer;
  hcl::Decoupled<ReadBeat> beat;
  hcl::Decoupled<FetchedCommand> command;
  ProgramReaderIo(hcl::Ports& p, const design::DesignPoint& point);
};

class ProgramReader : public hcl::Module<ProgramReaderIo> {
 public:
  ProgramReader(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
