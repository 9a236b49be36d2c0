// The activations: banks of `macs` bytes each, written by bus beats and by words of results, read
// as beats of neighbouring segments that start at any byte.
//
// Word a lies in bank a mod banks. A read takes a word of every bank that holds one of its bytes,
// rotates them so that the first byte comes first, and gives each segment its slot: slot t is
// the window of segment t, and bytes whose column is not in 0 .. columns-1 are zero. With `gather`
// the first `macs` bytes of a slot are every stride-th byte instead. With `zero` no memory is
// touched and all slots are zero; with `raw` bytes are as stored, whatever their column.
// Latency: `slots` comes one cycle after `read`, and stays until the next one. Throughput: a read
// and a write a cycle.
#pragma once

#include <vector>

#include "rtl/accelerator/seam.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct InputRead {
  hcl::UInt
      byte_address;  ///< of the first byte; may lie before or past its row (modulo the buffer)
  hcl::SInt column;  ///< column of that byte
  hcl::UInt first_segment;  ///< segment that it belongs to: a multiple of beat_segments(stride)
  hcl::UInt segments;       ///< how many segments are read, 1 .. beat_segments(stride)
  /// Segments of a block row: column of segment t + row_words is that of t. Where `segments` reach
  /// beyond one row, T / 2 at most.
  hcl::UInt row_words;
  hcl::UInt span;     ///< window: bytes that a lane needs, 1 .. columns (steps); otherwise 1
  hcl::UInt stride;   ///< 1 .. max_stride
  hcl::UInt columns;  ///< 16 bits: of the row
  hcl::Bool gather, zero, raw;
  InputRead(hcl::Fields& f, const design::DesignPoint& point);
};

/// A word of results; never in a cycle with a bus beat (compute_side.hpp, `load_hold`).
struct LocalWrite {
  hcl::UInt word, data;
  LocalWrite(hcl::Fields& f, const design::DesignPoint& point);
};

struct InputBufferIo {
  hcl::Valid<InputWrite> write;
  hcl::Valid<LocalWrite> local;
  hcl::Valid<InputRead> read;
  hcl::UInt slots;       ///< block_segments * slot_bits, slot 0 lowest
  hcl::UInt words_read;  ///< in the cycle of `read`: words that it touches, for the counter
  InputBufferIo(hcl::Ports& p, const design::DesignPoint& point);
};

class InputBuffer : public hcl::Module<InputBufferIo> {
 public:
  InputBuffer(hcl::Context& at, const design::DesignPoint& point);

 private:
  /// The banks with their ports; returns the number of words read in this cycle.
  [[nodiscard]] hcl::UInt read_banks();
  /// The beat from its first byte on, out of the words of the last read.
  [[nodiscard]] hcl::UInt rotate(const hcl::UInt& first_byte);
  /// The slots.
  void align();

  const design::DesignPoint point_;
  const int banks_, depth_, byte_bits_, bank_bits_;
  std::vector<hcl::UInt> words_;
};

}  // namespace sd::rtl
