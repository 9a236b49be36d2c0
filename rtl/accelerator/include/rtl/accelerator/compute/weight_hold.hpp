// The weights of a design without rebuild: a row's words wait in one register while the row before them feeds the MACs
// from the other.
//
// Dataflow: `load` takes a row into the waiting register, `start` moves it to the running one, `weight` is byte `step` of the
// running one. Latency: `load` in cycle t allows `start` from t + 1. A `load` and the `start` of the row before it may fall into
// one cycle.
#pragma once

#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct WeightHoldIo {
  hcl::Bool load;
  hcl::UInt words;  ///< column s at s * 8
  hcl::Bool start;
  hcl::UInt step;
  hcl::SInt weight;
  WeightHoldIo(hcl::Ports& p, const design::DesignPoint& point);
};

class WeightHold : public hcl::Module<WeightHoldIo> {
 public:
  WeightHold(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
