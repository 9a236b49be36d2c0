// The two kinds of multiply-accumulate unit: one product a cycle, or one non-zero Booth digit of
// the activation a cycle.
//
// Both add to a 32-bit accumulator in the cycle of `enable` and clear it in the cycle of `clear`,
// which wins. They hold no control of their own: the line's control drives every MAC of a line,
// shared by all slices.
#pragma once

#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct MacParallelIo {
  hcl::Bool enable, clear;
  hcl::SInt weight, activation, sum;
  explicit MacParallelIo(hcl::Ports& p);
};

class MacParallel : public hcl::Module<MacParallelIo> {
 public:
  explicit MacParallel(hcl::Context& at);
};

/// Adds +-(weight << shift): shift is twice the digit's position, plus one for a digit of two.
struct MacBoothIo {
  hcl::Bool enable, clear;
  hcl::SInt weight;
  hcl::Bool negate;
  hcl::UInt shift;
  hcl::SInt sum;
  explicit MacBoothIo(hcl::Ports& p);
};

class MacBooth : public hcl::Module<MacBoothIo> {
 public:
  explicit MacBooth(hcl::Context& at);
};

}  // namespace sd::rtl
