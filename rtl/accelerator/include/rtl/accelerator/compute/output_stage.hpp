// F lanes of requantisation (docs/numerics.md), and of the residual addition behind it:
// y = sat_8(max?(round_shift((sum + bias) * multiplier, shift))); z = y, or with `residual`
// sat_8(max?(round_shift(y * own_multiplier + b * residual_multiplier, residual_shift))), b from
// the input buffer. Lanes past `lanes` are zero.
//
// Latency: `word` leaves `latency` cycles after `valid`. Throughput: a segment a cycle. Everything
// but `residual_data` is given in the cycle of `valid`; `residual_data` in that cycle too.
#pragma once

#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct OutputStageIo {
  hcl::Bool valid;
  hcl::Vec<hcl::SInt> sums;  ///< 32 bits each
  hcl::UInt record;          ///< the channel's 64-bit parameter record
  hcl::UInt lanes;           ///< the first so many lanes are inside the row
  hcl::Bool relu;
  hcl::Bool residual, residual_relu;
  hcl::UInt residual_data;  ///< macs bytes
  hcl::UInt residual_shift, own_multiplier, residual_multiplier;
  hcl::UInt word;  ///< macs * 8
  OutputStageIo(hcl::Ports& p, const design::DesignPoint& point);
};

class OutputStage : public hcl::Module<OutputStageIo> {
 public:
  static constexpr int latency = 4;
  OutputStage(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
