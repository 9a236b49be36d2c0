// Turns selected rows into reads of the weight and input buffers, and gives each job to a free
// line.
//
// Dataflow: cycle t takes the row at the queue's head, picks a free line (the next one in turn) and
// reads the buffers; in cycle t + 1 the data is on the broadcast to all lines, and `word_load`,
// `piece_load` name the line that takes it. A row takes as many cycles as it has words or beats,
// whichever are more: words: one, with bypass one a step; beats: those that hold its segments
// (`beat_segments` at a time), outside of window mode for every step; a basis: `rank * columns`
// words. A cycle whose beat is not granted (`input_read.ready`) is repeated as a whole. The weight
// stream keeps its order through the array: a row is rebuilt one column a cycle from cycle t + 2
// on, so that basis words read behind it overwrite only elements that it no longer needs, and rows
// read behind a basis see all of it. `end` closes a block: from the next cycle on, jobs belong to
// the other `tag`; a line holds them until it has left the closed block. Only one block may be
// closed at a time. The first row of a block waits a cycle in which the block's configuration is
// set. Throughput: one job a cycle. Stalls: no free line (`stall`), no beat, an earlier block still
// closed.
#pragma once

#include <optional>

#include "rtl/accelerator/compute/block_config.hpp"
#include "rtl/accelerator/compute/input_buffer.hpp"
#include "rtl/accelerator/compute/selected_row.hpp"
#include "rtl/accelerator/compute_command.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct JobIssuerIo {
  ComputeCommand command;  ///< of the rows; stable from a cycle before its first to its last
  hcl::Bool jobs_allowed;  ///< its jobs may be issued: the slices hold their filters' shifts
  hcl::Decoupled<SelectedRow> rows;
  hcl::UInt free;  ///< one bit a line
  JobIssue issue;
  hcl::Valid<hcl::UInt> weight_read;
  hcl::Decoupled<InputRead> input_read;
  // In the cycle of the data:
  WordLoad word_load;
  PieceLoad piece_load;
  std::optional<hcl::Valid<hcl::UInt>>
      basis_load;  ///< with rebuild: element number j * columns + s
  // Blocks:
  hcl::Bool tag;                 ///< block of the jobs to come
  hcl::Vec<BlockConfig> config;  ///< by tag
  hcl::Bool closed;              ///< all jobs of the block of the other tag are issued
  hcl::Bool take;      ///< that block is complete, and its sums are somebody else's from now on
  hcl::Bool finished;  ///< in this cycle the command's last block closes
  hcl::Bool stall;     ///< a job was ready and no line was free
  JobIssuerIo(hcl::Ports& p, const design::DesignPoint& point);
};

class JobIssuer : public hcl::Module<JobIssuerIo> {
 public:
  JobIssuer(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
