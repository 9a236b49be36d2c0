#include "rtl/accelerator/compute/rebuild_engine.hpp"

#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using namespace hcl;

RebuildEngineIo::RebuildEngineIo(Ports& p, const design::DesignPoint& point)
    : load(p.input<Bool>("load")),
      codes(p.input<UInt>("codes", point.row_bits())),
      fill(p.input<Bool>("fill")),
      fill_index(p.input<UInt>("fill_index", run_index_bits(point))),
      run_index(p.input<UInt>("run_index", run_index_bits(point))),
      basis(p.input<Vec<UInt>>("basis", point.rank, 8)),
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

  // Everything is under the condition: a simulator skips it for a line that rebuilds nothing.
  const auto when_filled = [&](const std::string& signal, const SInt& value) {
    auto wired = wire<SInt>(signal, value.width());
    wired <<= 0;
    when(io.fill, [&] { wired <<= value; });
    return wired;
  };
  std::vector<SInt> terms;
  for (int j = 0; j < point.rank; ++j) {
    const UInt magnitude = codes.bits(j * code_bits + code_bits - 2, j * code_bits);
    const Bool negative = codes.bit((j + 1) * code_bits - 1);
    const UInt distance = wrap(u(point.levels, code_bits - 1) - magnitude);
    const SInt shifted =
        when_filled("shifted" + std::to_string(j),
                    mux(magnitude == 0, s(0, 1), dshl(io.basis[j].as_sint(), distance, term_bits)));
    terms.push_back(mux(negative, s(0, 1) - shifted, shifted));
  }
  // round_shift (arithmetic.hpp) in its two halves.
  const SInt guarded =
      when_filled("guarded", dshr(cat(tree_sum(terms).as_uint(), u(0, 1)).as_sint(), io.shift));
  const SInt rounded =
      when_filled("rounded", shr(guarded, 1) + cat(u(0, 1), guarded.bit(0).as_uint()).as_sint());
  when(io.fill, [&] {
    weights.write(io.fill_index, mux(io.bypass, codes.bits(7, 0), saturate_8(rounded).as_uint()));
  });
  io.weight <<= weights.read(io.run_index).as_sint();
}

}  // namespace sd::rtl
