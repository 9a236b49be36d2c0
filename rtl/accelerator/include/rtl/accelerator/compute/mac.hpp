// The two kinds of multiply-accumulate unit, a row of lanes that share a weight: one product a
// cycle, or one non-zero Booth digit of the activation a cycle.
//
// Both are combinational: `after` is `before` (or zero, with `replace`) plus what the cycle adds,
// lane by lane. The partial sums, one a lane and segment of the block, are the line's
// (pe_line.hpp), and the line's control drives its row in every slice. Sums wrap in 32 bits.
#pragma once

#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct MacParallelIo {
  hcl::SInt weight;
  hcl::UInt activations;  ///< lanes * 8, lane 0 lowest
  hcl::Bool replace;
  hcl::UInt before, after;  ///< lanes * 32
  MacParallelIo(hcl::Ports& p, int lanes);
};

/// Adds weight * activation.
class MacParallel : public hcl::Module<MacParallelIo> {
 public:
  MacParallel(hcl::Context& at, int lanes);
};

struct MacBoothIo {
  hcl::SInt weight;
  hcl::UInt digit, negate;  ///< one bit a lane; no `negate` without `digit`
  hcl::UInt shift;          ///< lanes * 3: twice the digit's position, plus one for a digit of two
  hcl::Bool replace;
  hcl::UInt before, after;  ///< lanes * 32
  MacBoothIo(hcl::Ports& p, int lanes);
};

/// Adds +-(weight << shift), or nothing to a lane without a digit.
class MacBooth : public hcl::Module<MacBoothIo> {
 public:
  MacBooth(hcl::Context& at, int lanes);
};

}  // namespace sd::rtl
