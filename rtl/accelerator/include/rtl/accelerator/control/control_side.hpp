// The control side of the accelerator: registers, the program, and all that moves data between DRAM
// and the buffers. docs/accelerator.md, "The seam between the two sides", is the contract with the
// compute side.
#pragma once

#include "rtl/accelerator/compute_command.hpp"
#include "rtl/accelerator/control/axi_ports.hpp"
#include "rtl/accelerator/events.hpp"
#include "rtl/accelerator/seam.hpp"
#include "rtl/accelerator/vector_command.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct ControlSideIo {
  AxiReadPort read;
  AxiWritePort write;
  AxiLitePort axil;
  hcl::Bool irq;
  // The seam.
  hcl::Decoupled<ComputeCommand> command;
  hcl::Decoupled<VectorCommand> vector;
  hcl::Bool done, load_hold;
  hcl::Valid<InputWrite> input_write;
  hcl::Valid<FlagWrite> flag_write;
  hcl::Valid<WeightWrite> weight_write;
  hcl::Valid<IndexWrite> index_write;
  hcl::Valid<ParameterWrite> parameter_write;
  hcl::Valid<OutputRead> output_read;
  hcl::UInt output_data;
  ComputeEvents events;
  ControlSideIo(hcl::Ports& p, const design::DesignPoint& point);
};

class ControlSide : public hcl::Module<ControlSideIo> {
 public:
  ControlSide(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
