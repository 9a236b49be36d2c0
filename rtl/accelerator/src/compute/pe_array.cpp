#include "rtl/accelerator/compute/pe_array.hpp"

#include "compute/optional_ports.hpp"
#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/compute/line_control.hpp"
#include "rtl/accelerator/compute/pe_slice.hpp"

namespace sd::rtl {

using namespace hcl;

PeArrayIo::PeArrayIo(Ports& p, const design::DesignPoint& point)
    : steps(p.input<UInt>("steps", 4)),
      stride(p.input<UInt>("stride", 4)),
      pointwise(p.input<Bool>("pointwise")),
      bypass(input_if<Bool>(point.rebuild, p, "bypass")),
      issue(p.input<UInt>("issue", point.lines)),
      tag(p.input<Bool>("tag")),
      load(p.input<UInt>("load", point.lines)),
      piece_load(p.input<UInt>("piece_load", point.lines)),
      piece(p.input<UInt>("piece", step_bits(point))),
      piece_last(p.input<Bool>("piece_last")),
      word(p.input<UInt>("word", point.weight_word_bits())),
      segment(p.input<UInt>("segment", window_bytes(point) * 8)),
      free(p.output<UInt>("free", point.lines)),
      basis_load(input_if<Valid<UInt>>(point.rebuild, p, "basis_load", basis_index_bits(point))),
      shift_load(input_if<Valid<UInt>>(point.rebuild, p, "shift_load", slice_number_bits(point))),
      shift(input_if<UInt>(point.rebuild, p, "shift", 4)),
      valid0(p.input<UInt>("valid0", point.macs)),
      valid1(p.input<UInt>("valid1", point.macs)),
      merge_allowed(p.input<Bool>("merge_allowed")),
      merge_wanted(p.output<Bool>("merge_wanted")),
      settled(p.output<Bool>("settled")),
      clear(p.input<Bool>("clear")),
      channel(p.input<UInt>("channel", slice_number_bits(point))),
      drain(p.output<Vec<SInt>>("drain", point.macs, 32)),
      products(p.output<UInt>("products", bits_for(point.lines * point.macs))),
      operations(p.output<UInt>("operations", bits_for(point.lines * point.macs))),
      filled(output_if<UInt>(point.rebuild, p, "filled", bits_for(point.lines))) {}

PeArray::PeArray(Context& at, const design::DesignPoint& point)
    : Module(
          at,
          ModuleName("pe_array").about("The slices, and the control of the lines that they share."),
          point) {
  auto merge = wire<UInt>("merge", point.lines);
  std::vector<LineControls> controls;
  std::vector<UInt> free, behind, requests, filled, products, operations;
  for (int i = 0; i < point.lines; ++i) {
    auto line = instance<LineControl>("u_line" + std::to_string(i), point);
    line.steps <<= io.steps;
    line.stride <<= io.stride;
    line.pointwise <<= io.pointwise;
    line.valid0 <<= io.valid0;
    line.valid1 <<= io.valid1;
    line.issue <<= io.issue.bit(i);
    line.tag <<= io.tag;
    line.load <<= io.load.bit(i);
    line.piece_load <<= io.piece_load.bit(i);
    line.piece <<= io.piece;
    line.piece_last <<= io.piece_last;
    line.segment <<= io.segment;
    line.merge <<= merge.bit(i);
    if (point.rebuild) {
      *line.bypass <<= *io.bypass;
      filled.push_back(line.filled->as_uint());
    }
    controls.push_back(line.controls);
    free.push_back(line.free.as_uint());
    behind.push_back((line.current != io.tag).as_uint());
    requests.push_back(line.merge_request.as_uint());
    products.push_back(line.products);
    operations.push_back(line.operations);
  }
  io.free <<= pack_low_first(free);
  io.settled <<= pack_low_first(behind) == 0;
  io.products <<= tree_sum(products).truncate(bits_for(point.lines * point.macs));
  if (point.rebuild) *io.filled <<= popcount(pack_low_first(filled));
  io.operations <<= tree_sum(operations).truncate(bits_for(point.lines * point.macs));

  const UInt request = name("request", pack_low_first(requests));
  io.merge_wanted <<= request != 0;
  merge <<= mux(io.merge_allowed, lowest_set(request), u(0, point.lines));
  const UInt merge_line =
      name("merge_line", one_hot_number(merge).truncate(line_number_bits(point)));

  std::vector<Vec<SInt>> drains;
  for (int m = 0; m < point.slices; ++m) {
    auto slice = instance<PeSlice>("u_slice" + std::to_string(m), point);
    for (int i = 0; i < point.lines; ++i) slice.lines[i] <<= controls[static_cast<std::size_t>(i)];
    slice.word <<= io.word.bits((m + 1) * point.row_bits() - 1, m * point.row_bits());
    slice.merge.valid <<= merge != 0;
    slice.merge.bits <<= merge_line;
    slice.clear <<= io.clear;
    if (point.rebuild) {
      *slice.basis_load <<= *io.basis_load;
      slice.shift_load->valid <<= io.shift_load->valid & (io.shift_load->bits == m);
      slice.shift_load->bits <<= *io.shift;
      *slice.bypass <<= *io.bypass;
    }
    drains.push_back(slice.drain);
  }
  for (int lane = 0; lane < point.macs; ++lane) {
    std::vector<SInt> sums;
    for (const auto& drain : drains) sums.push_back(drain[lane]);
    io.drain[lane] <<= Vec<SInt>(sums).at(io.channel);
  }
}

}  // namespace sd::rtl
