// The array: `slices` slices of `lines` lines of `macs` MACs with `block_segments` partial sums
// each, and the control of each line, shared by all slices.
//
// Dataflow: job -> line_control (one a line, for all slices) -> pe_line (one a line and slice) ->
// merge_control -> drain registers of the slice -> `drain`. Latency: issue in cycle t, first
// product in t + 3 at the earliest; `settled` in the cycle after the last merge. Throughput: each
// line takes a job every steps * segments cycles (Booth: as many as its digits take), and at least
// three.
//
// Blocks: jobs of a block carry its tag, which is zero after reset. A line goes on to the block of
// the other tag when the issuer has (`tag`) and it has run its last job of this one; if it has
// sums, it merges them, two neighbouring segments a cycle, into the bank of drain registers that
// belongs to the tag, when its turn has come and `bank_free` says that the bank is empty or holds
// sums of this very block. It runs the next block's jobs meanwhile. `settled`: every line has come
// to the block that is being issued and all its old sums are merged, so that the bank of the other
// tag is complete. A block without sums is settled at once, even while its bank still holds the
// last block of its tag: who turns `tag` waits for that bank, too. What lanes past the valid ones
// of a segment drain is undefined.
#pragma once

#include <optional>

#include "rtl/accelerator/compute/block_config.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct PeArrayIo {
  hcl::Vec<BlockConfig> config;  ///< by tag
  hcl::Bool tag;  ///< block whose jobs are being issued; turns only behind a cycle with `settled`
  JobIssue issue;
  WordLoad word_load;
  PieceLoad piece_load;
  hcl::UInt word;         ///< from the weight buffer: a part for each slice
  hcl::UInt activations;  ///< from the input buffer: block_segments slots of `slot_bits`
  hcl::UInt free;         ///< one bit a line: takes a job in this cycle
  // Bases and shifts, with rebuild. A basis word overwrites an element in the cycle after
  // `basis_load`; rows whose words came before still see the old one. `rebuilding`: rows whose
  // words came before are not all rebuilt; the shifts may change only when it is low.
  std::optional<hcl::Valid<hcl::UInt>> basis_load;  ///< element number j * columns + s
  std::optional<hcl::Valid<hcl::UInt>> shift_load;  ///< slice number
  std::optional<hcl::UInt> shift;                   ///< 5 bits
  std::optional<hcl::Bool> rebuilding;
  // Blocks.
  hcl::UInt bank_free;  ///< two bits, by tag
  hcl::Bool settled;
  hcl::Bool merge_wanted;  ///< a line waits for a bank
  // Draining: combinational; segments that no line touched are zero.
  hcl::Bool drain_bank;
  hcl::UInt drain_segment;
  hcl::UInt drain_channel;
  hcl::Vec<hcl::SInt> drain;      ///< macs sums of 32 bits
  hcl::Valid<hcl::Bool> release;  ///< this bank is empty from the next cycle on
  // For the counters.
  hcl::UInt products;               ///< products completed in one slice
  hcl::UInt operations;             ///< useful operations in one slice
  std::optional<hcl::UInt> filled;  ///< lines that rebuilt a column
  PeArrayIo(hcl::Ports& p, const design::DesignPoint& point);
};

class PeArray : public hcl::Module<PeArrayIo> {
 public:
  PeArray(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
