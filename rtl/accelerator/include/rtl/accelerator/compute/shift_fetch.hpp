// Gives every slice its filter's shift (q) before the first job of a COMPUTE command.
//
// Dataflow: reads the group's parameter records, one a cycle; in the cycle after each read the
// parameter buffer shows the record, and `load` names its slice. Begins when no row of an earlier
// command is being rebuilt any more. The drain's reads of the same buffer go first: it never waits
// for a job, so each comes to its end. Latency: from the first granted read, active slices + 1
// cycles until `ready`.
#pragma once

#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct ShiftFetchIo {
  hcl::Bool start;    ///< the command below is the next whose jobs are issued; the last one's have
                      ///< been, or there were none, and its shifts are not needed any more
  hcl::Bool needed;   ///< it rebuilds weights
  hcl::UInt record;   ///< of its first filter
  hcl::UInt slices;   ///< active ones
  hcl::Bool allowed;  ///< the shifts may change, and the parameter buffer can be read in this cycle
  hcl::Valid<hcl::UInt> read;  ///< record number
  hcl::Valid<hcl::UInt> load;  ///< slice number
  hcl::Bool ready;             ///< all have theirs: a row whose word is read now is rebuilt with it
  ShiftFetchIo(hcl::Ports& p, const design::DesignPoint& point);
};

class ShiftFetch : public hcl::Module<ShiftFetchIo> {
 public:
  ShiftFetch(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
