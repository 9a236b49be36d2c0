#include "rtl/accelerator/compute/rebuild_engine.hpp"

#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using namespace hcl;

RebuildEngineIo::RebuildEngineIo(Ports& p, const design::DesignPoint& point)
    : load(p.input<Bool>("load")),
      codes(p.input<UInt>("codes", point.row_bits())),
      fill(p.input<Bool>("fill")),
      fill_column(p.input<UInt>("fill_column", step_bits(point))),
      fill_index(p.input<UInt>("fill_index", run_index_bits(point))),
      run_index(p.input<UInt>("run_index", run_index_bits(point))),
      basis(p.input<Vec<UInt>>("basis", point.rank, point.columns * 8)),
      shift(p.input<UInt>("shift", 5)),
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
  auto weights = memory("weights", 2 * point.columns, 8);
  when(io.load, [&] { codes <<= io.codes; });

  // Under the condition, so that a simulator skips the sum of a line that rebuilds nothing.
  when(io.fill, [&] {
    std::vector<SInt> terms;
    for (int j = 0; j < point.rank; ++j) {
      const UInt magnitude = codes.bits(j * code_bits + code_bits - 2, j * code_bits);
      const Bool negative = codes.bit((j + 1) * code_bits - 1);
      const SInt element = byte_at(io.basis[j], io.fill_column).as_sint();
      const UInt distance = wrap(u(point.levels, code_bits - 1) - magnitude);
      const SInt shifted = dshl(element, distance, term_bits);
      const SInt term = mux(negative, s(0, 1) - shifted, shifted);
      terms.push_back(mux(magnitude == 0, s(0, 1), term));
    }
    const SInt rebuilt = saturate_8(round_shift(tree_sum(terms), io.shift));
    weights.write(io.fill_index, mux(io.bypass, codes.bits(7, 0), rebuilt.as_uint()));
  });
  io.weight <<= weights.read(io.run_index).as_sint();
}

}  // namespace sd::rtl
