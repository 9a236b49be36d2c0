// Buffers, compute unit, vector unit and array: everything that COMPUTE and VECTOR do.
#pragma once

#include "rtl/accelerator/compute_command.hpp"
#include "rtl/accelerator/events.hpp"
#include "rtl/accelerator/seam.hpp"
#include "rtl/accelerator/vector_command.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct ComputeSideIo {
  // In program order: at most one of the two is offered at a time. A COMPUTE may be taken while the
  // one before it still drains (docs/accelerator.md, "Fence"). The fields are kept inside.
  hcl::Decoupled<ComputeCommand> command;
  hcl::Decoupled<VectorCommand> vector;
  hcl::Bool done;  ///< one cycle per command, in order: every word of it is written
  /// In the next cycle no InputWrite and no FlagWrite may come: the unit writes results.
  hcl::Bool load_hold;
  // Otherwise accepted always: the control side's tokens keep writes away from what a running
  // command reads.
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
