// The weights of a design without rebuild: two banks, one takes the words of a row while the other
// feeds the MACs.
//
// Latency: `load` in cycle t shows from t + 1. Throughput: a row a cycle.
#pragma once

#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct WeightHoldIo {
  hcl::Bool load;
  hcl::Bool bank;
  hcl::UInt word;       ///< column s at s * 8
  hcl::UInt run_index;  ///< byte that feeds the MACs: bank * columns + step
  hcl::SInt weight;
  WeightHoldIo(hcl::Ports& p, const design::DesignPoint& point);
};

class WeightHold : public hcl::Module<WeightHoldIo> {
 public:
  WeightHold(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
