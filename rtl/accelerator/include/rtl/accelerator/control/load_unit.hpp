// LOAD_INPUT, LOAD_INDEX, LOAD_WEIGHTS and LOAD_PARAMS: asks for the data of the next command while
// that of the one before still comes in, and routes each beat to its buffer.
//
// Up to `loads_ahead` commands are asked for. Latency: two cycles from a beat to the write port of
// the input, weight and parameter buffers. Throughput: a beat a cycle; one cycle between commands.
// In the cycle behind `hold` nothing is written to the input buffer or its flags; up to
// `input_queue_beats` beats wait meanwhile, so that the bus goes on, and with it the loads that
// follow. What a LOAD_INPUT has left in that queue, and a LOAD_INDEX in the index decoder, does not
// keep the next command; `done` comes in order, and a command that pushes a token waits until both
// are empty.
#pragma once

#include "rtl/accelerator/control/axi_ports.hpp"
#include "rtl/accelerator/control/commands.hpp"
#include "rtl/accelerator/control/sequencer.hpp"
#include "rtl/accelerator/seam.hpp"

namespace sd::rtl {

inline constexpr int loads_ahead = 4;
inline constexpr int input_queue_beats = 8;

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
  hcl::Bool hold;   ///< the compute side writes to the input buffer in the next cycle
  hcl::Bool drain;  ///< commands are forgotten, beats dropped
  hcl::Bool idle;
  LoadUnitIo(hcl::Ports& p, const design::DesignPoint& point);
};

class LoadUnit : public hcl::Module<LoadUnitIo> {
 public:
  LoadUnit(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
