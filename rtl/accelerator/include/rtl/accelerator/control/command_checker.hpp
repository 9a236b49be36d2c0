// Holds every field of a command against its range before anything acts on it (error 6), so that
// the units can cut fields to the width of the buffers. The limits on areas (rows times pitch and
// the like) share one multiplier, a product a cycle.
//
// `command` is to stay while `valid`; `checked` says that `fault` and `illegal_opcode` are its
// verdict, eight cycles later for COMPUTE and VECTOR and three for the others, and holds until
// `next`.
#pragma once

#include "rtl/accelerator/control/command_format.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct CommandCheckerIo {
  hcl::Bool valid, next;
  hcl::UInt command;  ///< command_bits
  hcl::Bool checked;
  hcl::Bool fault;  ///< a field is out of range, or an unnamed bit is not zero
  hcl::Bool illegal_opcode;
  CommandCheckerIo(hcl::Ports& p, const design::DesignPoint& point);
};

class CommandChecker : public hcl::Module<CommandCheckerIo> {
 public:
  CommandChecker(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
