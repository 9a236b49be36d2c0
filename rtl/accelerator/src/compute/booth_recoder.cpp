#include "rtl/accelerator/compute/booth_recoder.hpp"

#include "rtl/accelerator/compute/arithmetic.hpp"

namespace sd::rtl {

using namespace hcl;

BoothRecoderIo::BoothRecoderIo(Ports& p)
    : activation(p.input<UInt>("activation", 8)),
      taken(p.input<UInt>("taken", 4)),
      digit(p.output<Bool>("digit")),
      negate(p.output<Bool>("negate")),
      shift(p.output<UInt>("shift", 3)),
      taken_after(p.output<UInt>("taken_after", 4)),
      last(p.output<Bool>("last")) {}

BoothRecoder::BoothRecoder(Context& at)
    : Module(at, ModuleName("booth_recoder")
                     .about("Non-zero radix-4 Booth digits of an activation, one at a time.")) {
  const UInt& x = io.activation;
  // Digit i is -2 x[2i+1] + x[2i] + x[2i-1]: zero where the three bits are equal, a two where the
  // lower pair is equal.
  const UInt changes = name("changes", x ^ cat(x.bits(6, 0), u(0, 1)));
  std::vector<UInt> nonzero;
  for (int i = 0; i < 4; ++i)
    nonzero.push_back((changes.bit(2 * i) | changes.bit(2 * i + 1)).as_uint());
  const UInt left = name("left", pack_low_first(nonzero) & ~io.taken);
  const UInt chosen = name("chosen", lowest_set(left));

  const UInt position =
      name("position", cat(chosen.bit(3) | chosen.bit(2), chosen.bit(3) | chosen.bit(1)));
  const UInt signs = cat(x.bit(7), x.bit(5), x.bit(3), x.bit(1));
  const UInt twos = cat(~changes.bit(6), ~changes.bit(4), ~changes.bit(2), ~changes.bit(0));
  io.digit <<= left != 0;
  io.negate <<= signs.bit_at(position);
  io.shift <<= cat(position, twos.bit_at(position));
  io.taken_after <<= io.taken | chosen;
  io.last <<= left == chosen;
}

}  // namespace sd::rtl
