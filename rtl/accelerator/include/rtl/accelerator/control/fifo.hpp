// A queue in a small memory. Latency: a word is offered the cycle after it was taken. Throughput: a
// word in and a word out a cycle; `in_ready` depends on the fill only, so that a queue of two cuts
// every combinational path of a handshake.
#pragma once

#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct FifoIo {
  hcl::Decoupled<hcl::UInt> in, out;
  hcl::Bool flush;  ///< empties the queue; wins over a word offered in the same cycle
  hcl::Bool empty;
  FifoIo(hcl::Ports& p, int width);
};

/// `depth` is a power of two, 2 or more.
class Fifo : public hcl::Module<FifoIo> {
 public:
  Fifo(hcl::Context& at, int width, int depth);
};

}  // namespace sd::rtl
