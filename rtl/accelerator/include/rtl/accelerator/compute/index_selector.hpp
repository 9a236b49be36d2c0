// Walks the segments of a COMPUTE command and, for each, the group's index entries; keeps the rows
// that meet a non-zero activation row.
//
// Dataflow, three stages: (A) reads one index entry; (B) finds the activation row of the entry and
// reads its zero flag, for a pointwise row the flags of its `steps` rows, one a cycle; (F) drops
// the row, or hands it on with its addresses. A row in the vertical padding is always dropped, a
// row of zeros only under `skip_zero_rows`. Markers become basis loads, each segment closes with an
// `end`; a segment without valid lanes consists of its `end` alone. Latency: three cycles from
// `start` to the first row. Throughput: one entry a cycle (pointwise with flags: one in `steps`).
// Stalls: `rows.ready` low; the walk runs ahead of the array only as far as the queue behind it
// allows.
#pragma once

#include <optional>

#include "rtl/accelerator/compute/selected_row.hpp"
#include "rtl/accelerator/compute_command.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct IndexSelectorIo {
  hcl::Bool start;  ///< one cycle; `command` is stable from here to the last `end`
  ComputeCommand command;
  hcl::Valid<hcl::UInt> index_read;  ///< entry number
  hcl::UInt index_data;              ///< one cycle after `index_read`, and until the next one
  // With skip_activation_rows:
  std::optional<hcl::Valid<hcl::UInt>> flag_read;  ///< flag number
  std::optional<hcl::Bool> flag;  ///< non-zero; one cycle after `flag_read`, and until the next one
  hcl::Decoupled<SelectedRow> rows;
  hcl::Bool row_dropped;      ///< a stored row met zeros only
  hcl::UInt rows_not_stored;  ///< 16 bits: the group's rows without an entry, once per segment
  IndexSelectorIo(hcl::Ports& p, const design::DesignPoint& point);
};

class IndexSelector : public hcl::Module<IndexSelectorIo> {
 public:
  IndexSelector(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
