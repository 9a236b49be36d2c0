// A finite impulse response filter: a delay line, constant coefficients, a balanced adder tree.
#pragma once

#include <rtl/hcl/hcl.hpp>
#include <vector>

namespace examples {

using namespace hcl;

struct FirIo {
  Valid<SInt> in, out;
  FirIo(Ports& p, int width, int width_out)
      : in(p.input<Valid<SInt>>("in", width)), out(p.output<Valid<SInt>>("out", width_out)) {}
};

class Fir : public Module<FirIo> {
 public:
  /// `coefficients` hold in 8 signed bits; the result is exact and comes one cycle later.
  Fir(Context& at, int width, const std::vector<int>& coefficients)
      : Module(at, name_of(width, coefficients), width, result_width(width, coefficients)) {
    std::vector<SInt> products;
    SInt sample = io.in.bits;
    for (std::size_t i = 0; i < coefficients.size(); ++i) {
      products.push_back(sample * s(coefficients[i], 8));
      if (i + 1 == coefficients.size()) break;
      auto tap = reg<SInt>("tap_" + std::to_string(i), Reset{0}, width);
      when(io.in.valid, [&] { tap <<= sample; });
      sample = SInt(tap.expr());
    }
    io.out.bits <<= past("result", tree_sum(products));
    io.out.valid <<= past("has_result", io.in.valid);
  }

  static int result_width(int width, const std::vector<int>& coefficients) {
    return width + 8 + (coefficients.size() > 1 ? clog2(static_cast<int>(coefficients.size())) : 0);
  }

 private:
  static ModuleName name_of(int width, const std::vector<int>& coefficients) {
    ModuleName name("fir");
    name.with("WIDTH", width);
    for (const int c : coefficients) name.with("C", c);
    return name;
  }
};

}  // namespace examples
