// One line's control, shared by all slices: takes a job, has its weights rebuilt into one bank
// while the job before it runs from the other, and steps the MACs through the job's segments.
//
// Dataflow: `issue` reserves the line; the words and the pieces follow on `word_load` and
// `piece_load`, in any order to each other. The columns are rebuilt one a cycle from the cycle
// after the word. The job may start in that same cycle, since a step never comes before its column;
// it waits for its last piece, and with bypass for its last word. It takes its segments in
// ascending order, each in `steps` steps: one cycle each (parallel), or as many as the worst valid
// lane has non-zero Booth digits, at least one. Blocks: when the issuer has gone on to the next one
// (`tag`) and the line has run its last job, it asks to have its sums merged; in the cycle in which
// its turn comes (`merge`) it goes on, and a waiting job may start; without a job in the block it
// just goes on. Its first product of each segment of the new block replaces the sum that is there.
// The sums of the block before are read in later cycles: `unmerged` are the segments that are still
// to be read after this cycle, and a step of one of them waits. (A job of all segments never does:
// its k-th segment begins k cycles after the merge begins, or later, and by then that segment has
// been read.) Latency: issue in cycle t, first product in t + 3 at the earliest. Throughput: no gap
// between the segments of a job; a new job every steps * segments cycles, for three cycles or more.
// The end of a block costs a cycle, and the wait for the line's turn.
#pragma once

#include <optional>

#include "rtl/accelerator/compute/line_controls.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

/// What a line must know of a block (BlockConfig), as the array prepares it for all lines.
struct LineConfig {
  hcl::UInt last_step;
  hcl::UInt stride;
  hcl::Bool gather;
  std::optional<hcl::Bool> bypass;
  hcl::UInt tail_segments, tail_lanes;
  std::optional<hcl::UInt> tail_mask;  ///< Booth: one bit a lane, `tail_lanes` of them
  LineConfig(hcl::Fields& f, const design::DesignPoint& point);
};

struct LineControlIo {
  hcl::Vec<LineConfig> config;  ///< by tag
  hcl::Bool tag;                ///< block whose jobs are being issued: this line's, or the next one
  hcl::Bool issue;              ///< takes a job of block `tag`
  hcl::UInt issue_segments;
  hcl::Bool word_load;
  hcl::UInt word_step;
  hcl::Bool piece_load;
  hcl::UInt piece_segments, piece_step;
  hcl::Bool piece_last;
  hcl::UInt activations;
  hcl::Bool free;
  hcl::Bool current;        ///< block whose sums the line holds
  hcl::UInt touched;        ///< segments that it holds sums of
  hcl::Bool merge_request;  ///< it has run its last job of that block, and holds sums
  hcl::Bool merge;          ///< they are merged, from the next cycle on
  hcl::UInt unmerged;
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
