// A bit per activation row of the input buffer: whether it holds anything but zeros.
//
// `block_segments` banks of one bit, so that the flags of as many neighbouring rows come in one
// read. Latency: one cycle; `flags` stays until the next read. Throughput: a read and a write a
// cycle.
#pragma once

#include "rtl/accelerator/seam.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct ZeroFlagsIo {
  hcl::Valid<FlagWrite> write;  ///< by loads
  hcl::Valid<FlagWrite> local;  ///< by results; never in a cycle with `write`
  hcl::Valid<hcl::UInt> read;   ///< number of the first flag
  hcl::UInt flags;  ///< block_segments bits, that of the first number lowest; 1: non-zero
  ZeroFlagsIo(hcl::Ports& p, const design::DesignPoint& point);
};

class ZeroFlags : public hcl::Module<ZeroFlagsIo> {
 public:
  ZeroFlags(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
