// One line's control, shared by all slices: takes a job, has its weights rebuilt into one bank
// while the job before it runs from the other, and steps the MACs.
//
// Dataflow: `issue` reserves the line; the words and the segment follow on `load` and `piece_load`.
// The columns are rebuilt one a cycle from the cycle after `load`. The job may start in that same
// cycle, since a step never comes before its column; a pointwise job starts when its last segment
// is in. It runs `steps` steps: one cycle each (parallel), or as many as the worst valid lane has
// non-zero Booth digits, at least one. A line leaves a segment on its own: when the issuer has gone
// on to the next one (`tag`) and the line has run its last job, it asks to have its sums merged,
// clears them, and goes on in the same cycle; without a job in the segment it just goes on.
// Latency: issue in cycle t, first product in t + 3. Throughput: a new job every `steps` cycles at
// best, for `steps` >= 3. Stalls: a job of the next segment waits, loaded and rebuilt, until the
// sums of this one are merged.
#pragma once

#include "rtl/accelerator/compute/line_controls.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct LineControlIo {
  hcl::UInt steps, stride;
  hcl::Bool pointwise;
  std::optional<hcl::Bool> bypass;  ///< with rebuild
  hcl::UInt valid0, valid1;         ///< one bit a lane, for the segments of either tag
  hcl::Bool issue;                  ///< takes a job of segment `tag`
  hcl::Bool tag;  ///< segment whose jobs are being issued: this line's, or the next one
  hcl::Bool load, piece_load;
  hcl::UInt piece;
  hcl::Bool piece_last;
  hcl::UInt segment;
  hcl::Bool free;
  hcl::Bool current;        ///< segment whose sums the accumulators hold
  hcl::Bool merge_request;  ///< done with it
  hcl::Bool merge;          ///< its sums are merged in this cycle
  LineControls controls;
  // For the counters:
  hcl::UInt products;               ///< lanes whose product is complete in this cycle
  hcl::UInt operations;             ///< lanes with a useful operation in this cycle
  std::optional<hcl::Bool> filled;  ///< a column is rebuilt by shift-and-add
  LineControlIo(hcl::Ports& p, const design::DesignPoint& point);
};

class LineControl : public hcl::Module<LineControlIo> {
 public:
  LineControl(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
