// Radix-4 Booth digits of one activation, one non-zero digit a cycle, lowest first.
//
// `taken` remembers the digits that earlier cycles of the step have used (the line's control keeps
// it, one bit a digit). `digit` says that a non-zero digit is left; it is +-1 or +-2 at position p:
// `shift` = 2p, plus one for a two. `last` says that no digit is left after this one.
// Combinational.
#pragma once

#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct BoothRecoderIo {
  hcl::UInt activation;  ///< signed 8 bits
  hcl::UInt taken;       ///< 4
  hcl::Bool digit;
  hcl::Bool negate;
  hcl::UInt shift;        ///< 3
  hcl::UInt taken_after;  ///< 4
  hcl::Bool last;
  explicit BoothRecoderIo(hcl::Ports& p);
};

class BoothRecoder : public hcl::Module<BoothRecoderIo> {
 public:
  explicit BoothRecoder(hcl::Context& at);
};

}  // namespace sd::rtl
