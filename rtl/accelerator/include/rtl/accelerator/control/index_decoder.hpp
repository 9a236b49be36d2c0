// The index bitmap to index buffer entries: one for every stored row, and a marker at the head of
// every matrix slice.
//
// Looks at up to `rows_at_once` rows of the bitmap a cycle, up to the first stored one: so an entry
// a cycle where rows are stored, and runs of rows not stored pass faster. Bitmap beats wait in a
// queue, so that the bus can go on with the stream that follows. Entries past the number that the
// command expects are counted and not written; a difference is reported at the end.
#pragma once

#include "rtl/accelerator/control/axi_ports.hpp"
#include "rtl/accelerator/control/command_format.hpp"
#include "rtl/accelerator/seam.hpp"

namespace sd::rtl {

inline constexpr int rows_at_once = 4;
inline constexpr int bitmap_queue_beats = 8;

/// From row to row `r` grows by `r_step`, and `c_row` by `row_step`; where `r` reaches `r_wrap`, it
/// loses that much and `c_row` grows by `row_carry` beside.
struct IndexJob {
  hcl::UInt entry;           ///< first entry in the index buffer
  hcl::UInt rows;            ///< 16 bits, 1 or more
  hcl::UInt r_step, r_wrap;  ///< 8 bits, r_step <= r_wrap
  hcl::UInt row_step, row_carry, slice_rows;
  hcl::Bool markers;
  hcl::UInt expected;  ///< entries
  hcl::UInt id;
  IndexJob(hcl::Fields& f, const design::DesignPoint& point);
};

struct IndexDecoderIo {
  hcl::Decoupled<IndexJob> job;
  hcl::Decoupled<hcl::UInt> beat;
  hcl::Bool beat_last;  ///< with `beat`: the last one of the job
  hcl::Valid<IndexWrite> write;
  hcl::Bool error;  ///< the number of entries differs
  hcl::UInt error_id;
  hcl::Bool drop, idle;
  IndexDecoderIo(hcl::Ports& p, const design::DesignPoint& point);
};

class IndexDecoder : public hcl::Module<IndexDecoderIo> {
 public:
  IndexDecoder(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
