// The read half of the AXI master port, shared by the program reader (which goes first: it asks for
// a command now and then) and the load unit. One id, so responses come in the order of the
// addresses; a queue remembers whose they are.
//
// Up to `outstanding_reads` bursts are under way. Throughput: a beat a cycle. A response other than
// OKAY, and an RLAST that comes at another beat than the burst's length says, mark the beat as an
// error. `stop` drops bursts not yet asked for; those under way still come to the clients, and
// `idle` says that none is left.
#pragma once

#include "rtl/accelerator/control/axi_ports.hpp"

namespace sd::rtl {

inline constexpr int outstanding_reads = 16;

struct AxiReadEngineIo {
  hcl::Decoupled<Transfer> program, load;
  hcl::Decoupled<ReadBeat> program_beat, load_beat;
  hcl::Bool stop, idle;
  hcl::Bool beat;      ///< a beat came over the bus
  hcl::Bool progress;  ///< something passed on any of the channels
  AxiReadPort axi;
  AxiReadEngineIo(hcl::Ports& p, const design::DesignPoint& point);
};

class AxiReadEngine : public hcl::Module<AxiReadEngineIo> {
 public:
  AxiReadEngine(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
