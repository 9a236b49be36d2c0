// Turns selected rows into reads of the weight and input buffers, and gives each job to a free
// line.
//
// Dataflow: cycle t takes the row at the queue's head, picks the lowest free line and reads the
// buffers; in cycle t + 1 the data is on the broadcast to all lines and `load`, `piece_load` name
// the line that takes it. A pointwise row takes `steps` input reads, a row of a layer left dense
// `steps` weight words, a basis `rank * columns` words: one a cycle each. The weight stream keeps
// its order through the array: a row is rebuilt one column a cycle from cycle t + 2 on, so that
// basis words read behind it overwrite only elements that it no longer needs, and rows read behind
// a basis see all of it. `end` closes a segment: from the next cycle on, jobs belong to the other
// `tag`; a line holds them until it has left the closed segment. Only one segment may be closed at
// a time. Throughput: one job a cycle. Stalls: no free line (`stall`), an earlier segment still
// closed.
#pragma once

#include <optional>

#include "rtl/accelerator/compute/input_buffer.hpp"
#include "rtl/accelerator/compute/selected_row.hpp"
#include "rtl/accelerator/compute_command.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct JobIssuerIo {
  ComputeCommand command;
  hcl::Bool shifts_ready;  ///< the slices hold their filters' shifts
  hcl::Decoupled<SelectedRow> rows;
  hcl::UInt free;   ///< one bit a line
  hcl::UInt issue;  ///< one bit a line: a job was given to it
  hcl::Bool tag;    ///< segment of that job, and of those to come
  hcl::Valid<hcl::UInt> weight_read;
  hcl::Valid<InputRead> input_read;
  // In the cycle of the data:
  hcl::UInt load;        ///< one bit a line: a weight word for it
  hcl::UInt piece_load;  ///< one bit a line: an activation segment for it
  hcl::UInt piece;       ///< number of the word or segment, 0 but for bypass and pointwise
  hcl::Bool piece_last;  ///< the job's last segment
  std::optional<hcl::Valid<hcl::UInt>>
      basis_load;  ///< with rebuild: element number j * columns + s
  // Segments:
  hcl::Bool closed;       ///< all jobs of the segment before `tag` are issued
  hcl::Bool closed_last;  ///< it is the command's last
  hcl::Bool take;  ///< its sums are complete and go to the output stage from the next cycle on
  hcl::UInt lanes0, lanes1;  ///< valid lanes of the segments of either tag
  hcl::Bool stall;           ///< a job was ready and no line was free
  JobIssuerIo(hcl::Ports& p, const design::DesignPoint& point);
};

class JobIssuer : public hcl::Module<JobIssuerIo> {
 public:
  JobIssuer(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
