// The two kinds of multiply-accumulate unit: one product a cycle, or one non-zero Booth digit of
// the activation a cycle.
//
// Both are combinational: `after` is `before` (or zero, with `replace`) plus what the cycle adds.
// The partial sums, one a segment of the block, are the line's (pe_line.hpp), and the line's
// control drives every MAC of a line, shared by all slices. Sums wrap in 32 bits.
#pragma once

#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct MacParallelIo {
  hcl::SInt weight, activation;
  hcl::Bool replace;
  hcl::SInt before, after;
  explicit MacParallelIo(hcl::Ports& p);
};

/// Adds weight * activation.
class MacParallel : public hcl::Module<MacParallelIo> {
 public:
  explicit MacParallel(hcl::Context& at);
};

struct MacBoothIo {
  hcl::SInt weight;
  hcl::Bool digit, negate;  ///< no `negate` without `digit`
  hcl::UInt shift;          ///< 3: twice the digit's position, plus one for a digit of two
  hcl::Bool replace;
  hcl::SInt before, after;
  explicit MacBoothIo(hcl::Ports& p);
};

/// Adds +-(weight << shift), or nothing without a digit.
class MacBooth : public hcl::Module<MacBoothIo> {
 public:
  explicit MacBooth(hcl::Context& at);
};

}  // namespace sd::rtl
