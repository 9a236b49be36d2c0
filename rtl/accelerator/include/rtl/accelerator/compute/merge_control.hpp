// Whose turn it is to add its sums to a bank of drain registers, and which segments the banks hold.
//
// Dataflow: a line that asks (`request`) and has its turn (`grant`) is free to go on at once; from
// the next cycle on its touched segments are added to the bank of their block, a group of
// neighbours (line_controls.hpp) a cycle, in ascending order, groups without touched segments left
// out. The lowest line goes first; none can starve, since each asks once a block. Latency: one
// cycle from `grant` to the first group. Throughput: a group a cycle, without a gap between lines.
// Stalls: the bank is not free.
#pragma once

#include "rtl/accelerator/compute/line_controls.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct MergeControlIo {
  hcl::Bool tag;                ///< block that is being issued: sums are those of the other one
  hcl::UInt request;            ///< one bit a line
  hcl::Vec<hcl::UInt> touched;  ///< by line: one bit a segment that it has sums of
  hcl::UInt bank_free;          ///< two bits, by tag
  hcl::UInt grant;              ///< one bit a line, at most one of them set
  MergeControls merge;
  hcl::UInt line;      ///< one bit a line: that of `merge`
  hcl::UInt unmerged;  ///< segments of that line that are still to be read after this cycle
  hcl::Bool wanted;    ///< a line waits for the bank
  hcl::Valid<hcl::Bool> release;
  hcl::Bool drain_bank;
  hcl::UInt drain_segment;
  hcl::Bool drain_zero;  ///< no line had sums of that segment
  MergeControlIo(hcl::Ports& p, const design::DesignPoint& point);
};

class MergeControl : public hcl::Module<MergeControlIo> {
 public:
  MergeControl(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
