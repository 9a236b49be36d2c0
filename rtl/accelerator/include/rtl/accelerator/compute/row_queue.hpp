// A queue of selected rows between the index selector and the job issuer: rows are looked for while
// lines are busy.
//
// Latency: one cycle. Throughput: one row a cycle. Stalls: `in.ready` low when full.
#pragma once

#include "rtl/accelerator/compute/selected_row.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct RowQueueIo {
  hcl::Decoupled<SelectedRow> in, out;
  RowQueueIo(hcl::Ports& p, const design::DesignPoint& point);
};

class RowQueue : public hcl::Module<RowQueueIo> {
 public:
  static constexpr int depth = 4;
  RowQueue(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
