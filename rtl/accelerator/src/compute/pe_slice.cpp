#include "rtl/accelerator/compute/pe_slice.hpp"

#include "compute/optional_ports.hpp"
#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/compute/pe_line.hpp"

namespace sd::rtl {

using namespace hcl;

PeSliceIo::PeSliceIo(Ports& p, const design::DesignPoint& point)
    : lines(p.input<Vec<LineControls>>("lines", point.lines, point)),
      word(p.input<UInt>("word", point.row_bits())),
      basis_load(input_if<Valid<UInt>>(point.rebuild, p, "basis_load", basis_index_bits(point))),
      shift_load(input_if<Valid<UInt>>(point.rebuild, p, "shift_load", 5)),
      merge(p.input<MergeControls>("merge", point)),
      drain_bank(p.input<Bool>("drain_bank")),
      drain_segment(p.input<UInt>("drain_segment", segment_bits(point))),
      drain(p.output<UInt>("drain", point.macs * 32)) {}

PeSlice::PeSlice(Context& at, const design::DesignPoint& point)
    : Module(
          at,
          ModuleName("pe_slice").about("One output channel: its basis, its lines, and their sums."),
          point) {
  // The basis: a memory of `columns` elements for each j, read by every line that rebuilds.
  std::vector<Memory> basis;
  std::optional<UInt> shift;
  if (point.rebuild) {
    for (int j = 0; j < point.rank; ++j) {
      basis.push_back(memory("basis" + std::to_string(j), point.columns, 8));
      // Elements j * columns .. j * columns + columns - 1 are this memory's.
      const UInt& element = io.basis_load->bits;
      const int first = j * point.columns;
      Bool mine = io.basis_load->valid;
      if (j > 0) mine = mine & (element >= first);
      if (j + 1 < point.rank) mine = mine & (element < first + point.columns);
      const UInt column = j == 0 ? element : wrap(element - first);
      when(mine,
           [&] { basis.back().write(column.truncate(step_bits(point)), io.word.bits(7, 0)); });
    }
    shift.emplace(reg<UInt>("shift", no_reset, 5));
    when(io.shift_load->valid, [&] { *shift <<= io.shift_load->bits; });
  }

  // By segment of a group, then by line.
  std::vector<std::vector<UInt>> sums(static_cast<std::size_t>(merge_width(point)));
  for (int i = 0; i < point.lines; ++i) {
    auto line = instance<PeLine>("u_line" + std::to_string(i), point);
    line.controls <<= io.lines[i];
    line.word <<= io.word;
    if (point.rebuild) {
      for (int j = 0; j < point.rank; ++j)
        (*line.basis)[j] <<= basis[static_cast<std::size_t>(j)].read(*io.lines[i].fill_column);
      *line.shift <<= *shift;
    }
    line.merge_group <<= io.merge.group;
    for (int g = 0; g < merge_width(point); ++g)
      sums[static_cast<std::size_t>(g)].push_back(line.sums[g]);
  }

  const auto address = [&](const Bool& bank, const UInt& segment) {
    return point.block_segments == 1 ? bank.as_uint() : cat(bank, segment);
  };
  auto banks = memory("banks", 2 * point.block_segments, point.macs * 32);
  for (int g = 0; g < merge_width(point); ++g) {
    const UInt merge_address =
        name("merge_address" + std::to_string(g),
             address(io.merge.bank, segment_of_group(point, io.merge.group, g)));
    when(io.merge.valid & io.merge.take.bit(g), [&] {
      const UInt held = name("held" + std::to_string(g), banks.read(merge_address));
      const UInt come = name("come" + std::to_string(g),
                             Vec<UInt>(sums[static_cast<std::size_t>(g)]).at(io.merge.line));
      std::vector<UInt> added;
      for (int lane = 0; lane < point.macs; ++lane) {
        const auto of = [&](const UInt& all) {
          return all.bits(lane * 32 + 31, lane * 32).as_sint();
        };
        const SInt before = mux(io.merge.replace.bit(g), s(0, 32), of(held));
        added.push_back(wrap(before + of(come)).as_uint());
      }
      banks.write(merge_address, pack_low_first(added));
    });
  }
  io.drain <<= banks.read(address(io.drain_bank, io.drain_segment));
}

}  // namespace sd::rtl
