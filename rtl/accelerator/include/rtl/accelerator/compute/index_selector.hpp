// Walks the blocks of a COMPUTE command and, for each, the group's index entries; keeps the rows
// that meet a non-zero activation row, and says for which segments.
//
// Dataflow, three stages: (A) reads one index entry; (B) finds the activation rows that the entry
// meets in the block's rows and reads their zero flags, all in one read; (F) drops the row, or
// hands it on with its addresses. A row in the vertical padding is never computed, a row of zeros
// only without `skip_zero_rows`. A pointwise row has a channel a step: F reads the flags of one
// channel after the other, but only until every segment has met something that is not zero.
// Markers become basis loads, each block closes with an `end`; a block without products consists of
// its `end` alone. Latency: three cycles from `start` to the first row. Throughput: one entry a
// cycle; a pointwise row one cycle for each channel that is looked at. Stalls: `rows.ready` low;
// the walk runs ahead of the array only as far as the queue behind it allows.
#pragma once

#include <optional>

#include "rtl/accelerator/compute/selected_row.hpp"
#include "rtl/accelerator/compute_command.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct IndexSelectorIo {
  hcl::Bool start;  ///< one cycle, only when `idle`; `command` is stable from here on, until `idle`
  hcl::Bool idle;   ///< nothing is walked
  ComputeCommand command;
  hcl::Valid<hcl::UInt> index_read;  ///< entry number
  hcl::UInt index_data;              ///< one cycle after `index_read`, and until the next one
  // With skip_activation_rows (zero_flags.hpp):
  std::optional<hcl::Valid<hcl::UInt>> flag_read;  ///< number of the first flag
  std::optional<hcl::UInt> flags;                  ///< block_segments bits
  hcl::Decoupled<SelectedRow> rows;
  hcl::Bool row_dropped;      ///< a stored row that no segment of the block needs
  hcl::UInt rows_not_stored;  ///< 16 bits: the group's rows without an entry, once per block with
                              ///< products
  IndexSelectorIo(hcl::Ports& p, const design::DesignPoint& point);
};

class IndexSelector : public hcl::Module<IndexSelectorIo> {
 public:
  IndexSelector(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
