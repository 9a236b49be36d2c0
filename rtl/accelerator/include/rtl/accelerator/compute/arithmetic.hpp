// The few arithmetic idioms of docs/numerics.md, as hardware.
#pragma once

#include <vector>

#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

/// (v + (1 << (k - 1))) >> k, and v for k = 0: a shift with one guard bit, which is the bit to add.
[[nodiscard]] hcl::SInt round_shift(const hcl::SInt& value, const hcl::UInt& shift);

/// Saturates to 8 bits.
[[nodiscard]] hcl::SInt saturate_8(const hcl::SInt& value);

/// Byte `index` of a vector of bytes; zero past its end.
[[nodiscard]] hcl::UInt byte_at(const hcl::UInt& bytes, const hcl::UInt& index);

/// First (most significant) element last: element 0 in the low bits.
[[nodiscard]] hcl::UInt pack_low_first(const std::vector<hcl::UInt>& parts);

/// Which bit of a vector with one bit set (0 for none): as many bits as number them.
[[nodiscard]] hcl::UInt one_hot_number(const hcl::UInt& value);

/// The same number as a signed one, a bit wider.
[[nodiscard]] hcl::SInt as_signed(const hcl::UInt& value);

/// clamp(value, 0, limit), in as few bits as hold the limit.
[[nodiscard]] hcl::UInt clamp(const hcl::SInt& value, int limit);

/// base + offset, modulo what the address's bits hold.
[[nodiscard]] hcl::UInt add_address(const hcl::UInt& base, const hcl::UInt& offset);

/// The line behind `line` in a memory of `depth` lines; behind the last one comes the first.
[[nodiscard]] hcl::UInt next_line(const hcl::UInt& line, int depth);

/// For assertions: `consequence` wherever `condition`.
[[nodiscard]] hcl::Bool implies(const hcl::Bool& condition, const hcl::Bool& consequence);

/// The lowest set bit alone.
[[nodiscard]] hcl::UInt lowest_set(const hcl::UInt& value);

}  // namespace sd::rtl
