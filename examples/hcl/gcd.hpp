// The greatest common divisor by subtraction: takes a pair, gives the answer some cycles later.
#pragma once

#include <rtl/hcl/hcl.hpp>

namespace examples {

using namespace hcl;

struct Pair {
  UInt a, b;
  Pair(Fields& f, int width) : a(f.field<UInt>("a", width)), b(f.field<UInt>("b", width)) {}
};

struct GcdIo {
  Decoupled<Pair> in;
  Decoupled<UInt> out;
  GcdIo(Ports& p, int width) : in(p.sink<Pair>("in", width)), out(p.source<UInt>("out", width)) {}
};

class Gcd : public Module<GcdIo> {
 public:
  Gcd(Context& at, int width) : Module(at, ModuleName("gcd").with("WIDTH", width), width) {
    auto busy = reg<Bool>("busy", Reset{false});
    auto pair = reg<Pair>("pair", no_reset, width);
    io.in.ready <<= !busy;
    io.out.valid <<= busy & (pair.b == 0);
    io.out.bits <<= pair.a;
    when(io.in.fire(),
         [&] {
           pair <<= io.in.bits;
           busy <<= true;
         })
        .elsewhen(pair.a < pair.b,
                  [&] {
                    pair.a <<= pair.b;
                    pair.b <<= pair.a;
                  })
        .elsewhen(pair.b != 0, [&] { pair.a <<= wrap(pair.a - pair.b); });
    when(io.out.fire(), [&] { busy <<= false; });
  }
};

}  // namespace examples
