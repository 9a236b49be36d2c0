#include "rtl/accelerator/compute/arithmetic.hpp"

#include <algorithm>

#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using namespace hcl;

SInt round_shift(const SInt& value, const UInt& shift) {
  const SInt guarded = dshr(cat(value.as_uint(), u(0, 1)).as_sint(), shift);
  return shr(guarded, 1) + cat(u(0, 1), guarded.bit(0).as_uint()).as_sint();
}

SInt saturate_8(const SInt& value) {
  return mux(value > s(127, 8), s(127, 8), mux(value < s(-128, 8), s(-128, 8), value.truncate(8)));
}

UInt byte_at(const UInt& bytes, const UInt& index) {
  return bytes.part_at(index, 8);
}

UInt pack_low_first(const std::vector<UInt>& parts) {
  return cat(std::vector<UInt>(parts.rbegin(), parts.rend()));
}

UInt one_hot_number(const UInt& value) {
  std::vector<UInt> bits;
  for (int b = 0; b < bits_for(value.width() - 1); ++b) {
    std::vector<Bool> ones;
    for (int i = value.width() - 1; i >= 0; --i)
      if ((i >> b & 1) != 0) ones.push_back(value.bit(i));
    bits.push_back(ones.empty() ? u(0, 1) : reduce_or(cat(ones)).as_uint());
  }
  return pack_low_first(bits);
}

SInt as_signed(const UInt& value) {
  return cat(u(0, 1), value).as_sint();
}

UInt clamp(const SInt& value, int limit) {
  const int width = bits_for(limit);
  return mux(value < 0, u(0, width),
             mux(value > limit, u(limit, width), value.as_uint().truncate(width)));
}

UInt add_address(const UInt& base, const UInt& offset) {
  const int width = std::max(base.width(), offset.width());
  return wrap(base.extend(width) + offset).truncate(base.width());
}

UInt next_line(const UInt& line, int depth) {
  const UInt next = wrap(line + u(1, line.width()));
  return (depth & (depth - 1)) == 0 ? next : mux(line == depth - 1, u(0, line.width()), next);
}

Bool implies(const Bool& condition, const Bool& consequence) {
  return ~condition | consequence;
}

UInt lowest_set(const UInt& value) {
  return value & wrap(u(0, value.width()) - value);
}

}  // namespace sd::rtl
