#include "rtl/accelerator/compute/zero_flags.hpp"

#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using namespace hcl;

ZeroFlagsIo::ZeroFlagsIo(Ports& p, const design::DesignPoint& point)
    : write(p.input<Valid<FlagWrite>>("write", point)),
      local(p.input<Valid<FlagWrite>>("local", point)),
      read(p.input<Valid<UInt>>("read", flag_bits(point))),
      flags(p.output<UInt>("flags", point.block_segments)) {}

ZeroFlags::ZeroFlags(Context& at, const design::DesignPoint& point)
    : Module(at,
             ModuleName("zero_flags").about("One bit an activation row, in banks of neighbours."),
             point) {
  const int banks = point.block_segments;
  const int bank_bits = log2_of(banks);
  const int depth = (point.zero_flags() + banks - 1) / banks;
  const auto line_of = [&](const UInt& number) {
    return number.bits(number.width() - 1, bank_bits);
  };

  const FlagWrite& flag = io.write.bits;
  const UInt number = name("number", mux(io.local.valid, io.local.bits.number, flag.number));
  const Bool nonzero = name("nonzero", mux(io.local.valid, io.local.bits.nonzero, flag.nonzero));
  const Bool written = name("written", io.write.valid | io.local.valid);

  // The banks before the first flag's hold the flags of the next line.
  const UInt& from = io.read.bits;
  const UInt base = name("base", line_of(from));
  const UInt next = name("next", next_line(base, depth));
  std::vector<UInt> bits;
  for (int i = 0; i < banks; ++i) {
    auto bank = sram("bank" + std::to_string(i), depth, 1);
    const UInt line = bank_bits == 0 ? base : UInt(mux(from.truncate(bank_bits) > i, next, base));
    bits.push_back(bank.read(io.read.valid, line));
    const Bool here = bank_bits == 0 ? written : Bool(written & (number.truncate(bank_bits) == i));
    when(here, [&] { bank.write(line_of(number), nonzero.as_uint()); });
  }
  const UInt all = pack_low_first(bits);
  if (bank_bits == 0) {
    io.flags <<= all;
  } else {
    auto rotation = reg<UInt>("rotation", no_reset, bank_bits);
    when(io.read.valid, [&] { rotation <<= from.truncate(bank_bits); });
    io.flags <<= dshr(cat(all, all), rotation).truncate(banks);
  }

  assert_("one_writer", ~(io.write.valid & io.local.valid));
  if ((depth & (depth - 1)) != 0)
    assert_("write_in_range", implies(written, number < point.zero_flags()));
}

}  // namespace sd::rtl
