// Requantisation of `macs` sums of one output channel: y = sat_8(max?(round_shift((sum + bias) *
// mult, shift))).
//
// Three stages: bias; product; rounding shift, ReLU and saturation, with lanes past the width
// cleared. Latency: `word` comes two cycles after the sums. Throughput: one channel a cycle. It
// never stalls.
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
  hcl::UInt word;  ///< macs * 8
  OutputStageIo(hcl::Ports& p, const design::DesignPoint& point);
};

class OutputStage : public hcl::Module<OutputStageIo> {
 public:
  OutputStage(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
