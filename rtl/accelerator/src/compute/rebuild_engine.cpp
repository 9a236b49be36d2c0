#include "rtl/accelerator/compute/rebuild_engine.hpp"

#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using namespace hcl;

RebuildEngineIo::RebuildEngineIo(Ports& p, const design::DesignPoint& point)
    : load(p.input<Bool>("load")),
      codes(p.input<UInt>("codes", point.row_bits())),
      fill(p.input<Bool>("fill")),
      column(p.input<UInt>("column", step_bits(point))),
      fill_mask(p.input<UInt>("fill_mask", 2 * point.columns * 8)),
      run_index(p.input<UInt>("run_index", run_index_bits(point))),
      basis(p.input<Vec<UInt>>("basis", point.rank, point.columns * 8)),
      shift(p.input<UInt>("shift", 4)),
      bypass(p.input<Bool>("bypass")),
      weight(p.output<SInt>("weight", 8)) {}

RebuildEngine::RebuildEngine(Context& at, const design::DesignPoint& point)
    : Module(at,
             ModuleName("rebuild_engine")
                 .about("Rebuilds a row's weights by shift-and-add, a column a cycle."),
             point) {
  const int code_bits = point.code_bits();
  const int term_bits = 8 + point.levels - 1;
  auto codes = reg<UInt>("codes", no_reset, point.row_bits());
  auto banks = reg<UInt>("banks", no_reset, 2 * point.columns * 8);
  when(io.load, [&] { codes <<= io.codes; });

  when(io.fill, [&] {
    std::vector<SInt> terms;
    for (int j = 0; j < point.rank; ++j) {
      const UInt magnitude = codes.bits(j * code_bits + code_bits - 2, j * code_bits);
      const Bool negative = codes.bit((j + 1) * code_bits - 1);
      const SInt element = byte_at(io.basis[j], io.column).as_sint();
      const UInt distance = wrap(u(point.levels, code_bits - 1) - magnitude);
      const SInt shifted = dshl(element, distance, term_bits);
      const SInt term = mux(negative, s(0, 1) - shifted, shifted);
      terms.push_back(mux(magnitude == 0, s(0, 1), term));
    }
    const SInt rebuilt = saturate_8(round_shift(tree_sum(terms), io.shift));
    const UInt weight = mux(io.bypass, codes.bits(7, 0), rebuilt.as_uint());
    UInt everywhere = weight;
    for (int i = 1; i < 2 * point.columns; ++i) everywhere = cat(everywhere, weight);
    banks <<= (banks & ~io.fill_mask) | (everywhere & io.fill_mask);
  });
  io.weight <<= byte_at(banks, io.run_index).as_sint();
}

}  // namespace sd::rtl
