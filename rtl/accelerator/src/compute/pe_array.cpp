#include "rtl/accelerator/compute/pe_array.hpp"

#include "compute/optional_ports.hpp"
#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/compute/line_control.hpp"
#include "rtl/accelerator/compute/merge_control.hpp"
#include "rtl/accelerator/compute/pe_slice.hpp"

namespace sd::rtl {

using namespace hcl;

PeArrayIo::PeArrayIo(Ports& p, const design::DesignPoint& point)
    : config(p.input<Vec<BlockConfig>>("config", 2, point)),
      tag(p.input<Bool>("tag")),
      issue(p.input<JobIssue>("issue", point)),
      word_load(p.input<WordLoad>("word_load", point)),
      piece_load(p.input<PieceLoad>("piece_load", point)),
      word(p.input<UInt>("word", point.weight_word_bits())),
      activations(p.input<UInt>("activations", point.block_segments * slot_bits(point))),
      free(p.output<UInt>("free", point.lines)),
      basis_load(input_if<Valid<UInt>>(point.rebuild, p, "basis_load", basis_index_bits(point))),
      shift_load(input_if<Valid<UInt>>(point.rebuild, p, "shift_load", slice_number_bits(point))),
      shift(input_if<UInt>(point.rebuild, p, "shift", 5)),
      rebuilding(output_if<Bool>(point.rebuild, p, "rebuilding")),
      bank_free(p.input<UInt>("bank_free", 2)),
      settled(p.output<Bool>("settled")),
      merge_wanted(p.output<Bool>("merge_wanted")),
      drain_bank(p.input<Bool>("drain_bank")),
      drain_segment(p.input<UInt>("drain_segment", segment_bits(point))),
      drain_channel(p.input<UInt>("drain_channel", slice_number_bits(point))),
      drain(p.output<Vec<SInt>>("drain", point.macs, 32)),
      release(p.input<Valid<Bool>>("release")),
      products(p.output<UInt>("products", bits_for(point.lines * point.macs))),
      operations(p.output<UInt>("operations", bits_for(point.lines * point.macs))),
      filled(output_if<UInt>(point.rebuild, p, "filled", bits_for(point.lines))) {}

PeArray::PeArray(Context& at, const design::DesignPoint& point)
    : Module(
          at,
          ModuleName("pe_array").about("The slices, and the control of the lines that they share."),
          point) {
  // What the lines must know of the two blocks, prepared once for all of them.
  auto config = wire<Vec<LineConfig>>("config", 2, point);
  for (int tag = 0; tag < 2; ++tag) {
    const BlockConfig& from = io.config[tag];
    const LineConfig& to = config[tag];
    to.last_step <<= wrap(from.steps - 1).truncate(std::min(step_bits(point), 4));
    to.stride <<= from.stride;
    to.gather <<= from.gather;
    if (point.rebuild) *to.bypass <<= *from.bypass;
    to.tail_segments <<= from.tail_segments;
    to.tail_lanes <<= from.tail_lanes;
    if (to.tail_mask) {
      std::vector<UInt> mask;
      for (int lane = 0; lane < point.macs; ++lane)
        mask.push_back((from.tail_lanes > lane).as_uint());
      *to.tail_mask <<= pack_low_first(mask);
    }
  }

  auto merger = instance<MergeControl>("u_merge", point);
  std::vector<LineControls> controls;
  std::vector<UInt> free, behind, requests, filling, filled, products, operations;
  for (int i = 0; i < point.lines; ++i) {
    auto line = instance<LineControl>("u_line" + std::to_string(i), point);
    line.config <<= config;
    line.tag <<= io.tag;
    line.issue <<= io.issue.line.bit(i);
    line.issue_segments <<= io.issue.segments;
    line.word_load <<= io.word_load.line.bit(i);
    line.word_step <<= io.word_load.step;
    line.piece_load <<= io.piece_load.line.bit(i);
    line.piece_segments <<= io.piece_load.segments;
    line.piece_step <<= io.piece_load.step;
    line.piece_last <<= io.piece_load.last;
    line.activations <<= io.activations;
    line.merge <<= merger.grant.bit(i);
    line.unmerged <<= mux(merger.line.bit(i), merger.unmerged, u(0, point.block_segments));
    merger.touched[i] <<= line.touched;
    if (point.rebuild) {
      filled.push_back(line.filled->as_uint());
      filling.push_back(line.controls.fill->as_uint());
    }
    controls.push_back(line.controls);
    free.push_back(line.free.as_uint());
    behind.push_back((line.current != io.tag).as_uint());
    requests.push_back(line.merge_request.as_uint());
    products.push_back(line.products);
    operations.push_back(line.operations);
  }
  io.free <<= pack_low_first(free);
  io.products <<= tree_sum(products).truncate(bits_for(point.lines * point.macs));
  io.operations <<= tree_sum(operations).truncate(bits_for(point.lines * point.macs));
  if (point.rebuild) {
    *io.filled <<= popcount(pack_low_first(filled));
    *io.rebuilding <<= (pack_low_first(filling) | io.word_load.line) != 0;
  }

  merger.tag <<= io.tag;
  merger.request <<= pack_low_first(requests);
  merger.bank_free <<= io.bank_free;
  merger.release <<= io.release;
  merger.drain_bank <<= io.drain_bank;
  merger.drain_segment <<= io.drain_segment;
  io.merge_wanted <<= merger.wanted;
  io.settled <<= (pack_low_first(behind) == 0) & ~merger.merge.valid;

  std::vector<UInt> drains;
  for (int m = 0; m < point.slices; ++m) {
    auto slice = instance<PeSlice>("u_slice" + std::to_string(m), point);
    for (int i = 0; i < point.lines; ++i) slice.lines[i] <<= controls[static_cast<std::size_t>(i)];
    slice.word <<= io.word.bits((m + 1) * point.row_bits() - 1, m * point.row_bits());
    slice.merge <<= merger.merge;
    slice.drain_bank <<= io.drain_bank;
    slice.drain_segment <<= io.drain_segment;
    if (point.rebuild) {
      *slice.basis_load <<= *io.basis_load;
      slice.shift_load->valid <<= io.shift_load->valid & (io.shift_load->bits == m);
      slice.shift_load->bits <<= *io.shift;
    }
    drains.push_back(slice.drain);
  }
  const UInt drained = name("drained", Vec<UInt>(drains).at(io.drain_channel));
  for (int lane = 0; lane < point.macs; ++lane)
    io.drain[lane] <<=
        mux(merger.drain_zero, s(0, 32), drained.bits(lane * 32 + 31, lane * 32).as_sint());

  auto tag_before = reg<Bool>("tag_before", Reset{0});
  auto settled_before = reg<Bool>("settled_before", Reset{1});
  tag_before <<= io.tag;
  settled_before <<= io.settled;
  assert_("block_follows_a_settled_one", implies(io.tag != tag_before, settled_before));
  assert_("job_of_the_block_that_is_issued", implies(io.issue.line != 0, io.issue.tag == io.tag));
  assert_("no_basis_word_beside_a_row",
          point.rebuild ? implies(io.basis_load->valid, io.word_load.line == 0) : b(true));
}

}  // namespace sd::rtl
