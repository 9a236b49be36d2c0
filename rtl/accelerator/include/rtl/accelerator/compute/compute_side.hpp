// The compute side of the accelerator: COMPUTE in, output words out; everything between the
// buffers' write ports and the output buffer's read port. docs/accelerator.md, "The seam between
// the two sides", is the contract with the control side.
#pragma once

#include "rtl/accelerator/compute_command.hpp"
#include "rtl/accelerator/events.hpp"
#include "rtl/accelerator/seam.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct ComputeSideIo {
  hcl::Decoupled<ComputeCommand>
      command;     ///< taken when the unit is idle; the fields are kept inside
  hcl::Bool done;  ///< one cycle; every output word of the command is written
  // Always accepted: the control side's tokens keep writes away from what a running COMPUTE reads.
  hcl::Valid<InputWrite> input_write;
  hcl::Valid<FlagWrite> flag_write;
  hcl::Valid<WeightWrite> weight_write;
  hcl::Valid<IndexWrite> index_write;
  hcl::Valid<ParameterWrite> parameter_write;
  hcl::Valid<OutputRead> output_read;
  hcl::UInt output_data;  ///< macs * 8 bits, one cycle after `output_read`, and until the next one
  ComputeEvents events;
  ComputeSideIo(hcl::Ports& p, const design::DesignPoint& point);
};

class ComputeSide : public hcl::Module<ComputeSideIo> {
 public:
  ComputeSide(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
