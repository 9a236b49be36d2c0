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
      shift_load(input_if<Valid<UInt>>(point.rebuild, p, "shift_load", 4)),
      bypass(input_if<Bool>(point.rebuild, p, "bypass")),
      merge(p.input<Valid<UInt>>("merge", line_number_bits(point))),
      clear(p.input<Bool>("clear")),
      drain(p.output<Vec<SInt>>("drain", point.macs, 32)) {}

PeSlice::PeSlice(Context& at, const design::DesignPoint& point)
    : Module(
          at,
          ModuleName("pe_slice").about("One output channel: its basis, its lines, and their sums."),
          point) {
  std::vector<UInt> basis;
  std::optional<UInt> shift;
  if (point.rebuild) {
    for (int j = 0; j < point.rank; ++j) {
      std::vector<UInt> row;
      for (int s = 0; s < point.columns; ++s) {
        auto element =
            reg<UInt>("basis" + std::to_string(j) + "_" + std::to_string(s), no_reset, 8);
        when(io.basis_load->valid & (io.basis_load->bits == j * point.columns + s),
             [&] { element <<= io.word.bits(7, 0); });
        row.push_back(element);
      }
      basis.push_back(name("basis_row" + std::to_string(j), pack_low_first(row)));
    }
    shift.emplace(reg<UInt>("shift", no_reset, 4));
    when(io.shift_load->valid, [&] { *shift <<= io.shift_load->bits; });
  }

  std::vector<std::vector<SInt>> sums(static_cast<std::size_t>(point.macs));
  for (int i = 0; i < point.lines; ++i) {
    auto line = instance<PeLine>("u_line" + std::to_string(i), point);
    line.controls <<= io.lines[i];
    line.word <<= io.word;
    if (point.rebuild) {
      for (int j = 0; j < point.rank; ++j) (*line.basis)[j] <<= basis[static_cast<std::size_t>(j)];
      *line.shift <<= *shift;
      *line.bypass <<= *io.bypass;
    }
    for (int lane = 0; lane < point.macs; ++lane)
      sums[static_cast<std::size_t>(lane)].push_back(line.sums[lane]);
  }
  for (int lane = 0; lane < point.macs; ++lane) {
    auto drain = reg<SInt>("drain" + std::to_string(lane), Reset{0}, 32);
    when(io.clear, [&] { drain <<= 0; }).elsewhen(io.merge.valid, [&] {
      drain <<= wrap(drain + Vec<SInt>(sums[static_cast<std::size_t>(lane)]).at(io.merge.bits));
    });
    io.drain[lane] <<= drain;
  }
  assert_("merge_not_while_clearing", implies(io.merge.valid, ~io.clear));
}

}  // namespace sd::rtl
