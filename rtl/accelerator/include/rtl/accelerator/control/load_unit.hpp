// LOAD_INPUT, LOAD_INDEX, LOAD_WEIGHTS and LOAD_PARAMS: asks for the data of the next command while
// that of the one before still comes in, and routes each beat to its buffer.
//
// Up to `loads_ahead` commands are asked for. Latency: one cycle from a beat to the input buffer's
// write port, two to the weight and parameter buffers'. Throughput: a beat a cycle; one cycle
// between commands. A LOAD_INDEX that no other unit waits for is left to the index decoder while
// the next command begins; `done` comes in order, and a command that pushes a token waits for the
// decoder.
#pragma once

#include "rtl/accelerator/control/axi_ports.hpp"
#include "rtl/accelerator/control/commands.hpp"
#include "rtl/accelerator/control/sequencer.hpp"
#include "rtl/accelerator/seam.hpp"

namespace sd::rtl {

inline constexpr int loads_ahead = 4;

struct LoadUnitIo {
  hcl::Decoupled<LoadCommand> command;
  hcl::Bool done;
  hcl::Valid<ErrorReport> error;
  hcl::Decoupled<Transfer> transfer;
  hcl::Decoupled<ReadBeat> beat;
  hcl::Valid<InputWrite> input_write;
  hcl::Valid<FlagWrite> flag_write;
  hcl::Valid<WeightWrite> weight_write;
  hcl::Valid<IndexWrite> index_write;
  hcl::Valid<ParameterWrite> parameter_write;
  hcl::Bool drain;  ///< commands are forgotten, beats dropped
  hcl::Bool idle;
  LoadUnitIo(hcl::Ports& p, const design::DesignPoint& point);
};

class LoadUnit : public hcl::Module<LoadUnitIo> {
 public:
  LoadUnit(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
