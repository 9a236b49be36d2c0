// Rebuilds the weights of one row by shift-and-add, one column a cycle, into one of two banks of
// weight registers, while the other bank feeds the MACs.
//
// Dataflow: `load` takes the codes of a row; in each later cycle with `fill` the engine computes
// sat_8(round_shift(sum_j +-(B[j][column] << (levels - 1 - e_j)), shift)) and writes it into
// weight register `fill_index`; with `bypass` the low 8 bits of the codes are the weight. `weight`
// shows register `run_index` at all times. Latency: one cycle from `fill` to the register.
// Throughput: one weight a cycle. `load` and the last `fill` of the row before it may fall into one
// cycle.
#pragma once

#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct RebuildEngineIo {
  hcl::Bool load;
  hcl::UInt codes;  ///< row_bits: coefficient j at j * code_bits, magnitude low, sign on top
  hcl::Bool fill;
  hcl::UInt fill_index;       ///< bank * columns + column
  hcl::UInt run_index;        ///< register that feeds the MACs: bank * columns + step
  hcl::Vec<hcl::UInt> basis;  ///< by j: B[j][column], 8 bits
  hcl::UInt shift;            ///< 5 bits: q of the filter
  hcl::Bool bypass;
  hcl::SInt weight;
  RebuildEngineIo(hcl::Ports& p, const design::DesignPoint& point);
};

class RebuildEngine : public hcl::Module<RebuildEngineIo> {
 public:
  RebuildEngine(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
