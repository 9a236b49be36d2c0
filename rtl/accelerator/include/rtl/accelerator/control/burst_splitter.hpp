// Cuts a transfer into INCR bursts: none longer than `axi_burst_beats`, none over a 4 KiB boundary,
// each within one chunk.
//
// Throughput: a burst a cycle; one cycle between transfers. A transfer of no beats or no chunks
// must not be asked for.
#pragma once

#include "rtl/accelerator/control/axi_ports.hpp"

namespace sd::rtl {

struct BurstSplitterIo {
  hcl::Decoupled<Transfer> transfer;
  hcl::Decoupled<Burst> burst;
  hcl::Bool stop;  ///< drops the rest of the transfer
  hcl::Bool idle;
  BurstSplitterIo(hcl::Ports& p, const design::DesignPoint& point);
};

class BurstSplitter : public hcl::Module<BurstSplitterIo> {
 public:
  BurstSplitter(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
