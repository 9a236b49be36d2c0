// Operators and functions on signals. Widths are known here and nothing is cut in silence
// (docs/hcl.md has the table).
#pragma once

#include <vector>

#include "rtl/hcl/value.hpp"

namespace hcl {

// Literals. The value has to fit the width.
namespace detail {
ExprPtr literal(bool is_signed, bool negative, std::uint64_t bits, int width, Where where);
}
template <Integer I>
[[nodiscard]] UInt u(I value, int width, Where where = Where::current()) {
  return UInt(
      detail::literal(false, value < I{0}, static_cast<std::uint64_t>(value), width, where));
}
template <Integer I>
[[nodiscard]] SInt s(I value, int width, Where where = Where::current()) {
  return SInt(detail::literal(true, value < I{0}, static_cast<std::uint64_t>(value), width, where));
}
[[nodiscard]] Bool b(bool value, Where where = Where::current());

// Arithmetic: sums are one bit wider than the wider operand, products as wide as both together.
[[nodiscard]] UInt operator+(const Arg<UInt>& a, const Arg<UInt>& b);
[[nodiscard]] SInt operator+(const Arg<SInt>& a, const Arg<SInt>& b);
[[nodiscard]] UInt operator-(const Arg<UInt>& a, const Arg<UInt>& b);
[[nodiscard]] SInt operator-(const Arg<SInt>& a, const Arg<SInt>& b);
[[nodiscard]] SInt operator-(const Arg<SInt>& a);
[[nodiscard]] UInt operator*(const Arg<UInt>& a, const Arg<UInt>& b);
[[nodiscard]] SInt operator*(const Arg<SInt>& a, const Arg<SInt>& b);
/// The sum or difference given, modulo 2 to the power of the wider operand's width.
[[nodiscard]] UInt wrap(const Arg<UInt>& sum);
[[nodiscard]] SInt wrap(const Arg<SInt>& sum);

// Bitwise, as wide as the wider operand.
[[nodiscard]] UInt operator&(const Arg<UInt>& a, const Arg<UInt>& b);
[[nodiscard]] SInt operator&(const Arg<SInt>& a, const Arg<SInt>& b);
[[nodiscard]] Bool operator&(const Arg<Bool>& a, const Arg<Bool>& b);
[[nodiscard]] UInt operator|(const Arg<UInt>& a, const Arg<UInt>& b);
[[nodiscard]] SInt operator|(const Arg<SInt>& a, const Arg<SInt>& b);
[[nodiscard]] Bool operator|(const Arg<Bool>& a, const Arg<Bool>& b);
[[nodiscard]] UInt operator^(const Arg<UInt>& a, const Arg<UInt>& b);
[[nodiscard]] SInt operator^(const Arg<SInt>& a, const Arg<SInt>& b);
[[nodiscard]] Bool operator^(const Arg<Bool>& a, const Arg<Bool>& b);
[[nodiscard]] UInt operator~(const Arg<UInt>& a);
[[nodiscard]] SInt operator~(const Arg<SInt>& a);
[[nodiscard]] Bool operator~(const Arg<Bool>& a);
[[nodiscard]] Bool operator!(const Arg<Bool>& a);

// C++'s own `&&` and `||` would have to turn a signal into a C++ bool: use `&` and `|`.
template <Leaf A, class B>
void operator&&(const A&, const B&) = delete;
template <Leaf A, class B>
void operator||(const A&, const B&) = delete;

// Comparison.
[[nodiscard]] Bool operator==(const Arg<UInt>& a, const Arg<UInt>& b);
[[nodiscard]] Bool operator==(const Arg<SInt>& a, const Arg<SInt>& b);
[[nodiscard]] Bool operator==(const Arg<Bool>& a, const Arg<Bool>& b);
[[nodiscard]] Bool operator!=(const Arg<UInt>& a, const Arg<UInt>& b);
[[nodiscard]] Bool operator!=(const Arg<SInt>& a, const Arg<SInt>& b);
[[nodiscard]] Bool operator!=(const Arg<Bool>& a, const Arg<Bool>& b);
[[nodiscard]] Bool operator<(const Arg<UInt>& a, const Arg<UInt>& b);
[[nodiscard]] Bool operator<(const Arg<SInt>& a, const Arg<SInt>& b);
[[nodiscard]] Bool operator<=(const Arg<UInt>& a, const Arg<UInt>& b);
[[nodiscard]] Bool operator<=(const Arg<SInt>& a, const Arg<SInt>& b);
[[nodiscard]] Bool operator>(const Arg<UInt>& a, const Arg<UInt>& b);
[[nodiscard]] Bool operator>(const Arg<SInt>& a, const Arg<SInt>& b);
[[nodiscard]] Bool operator>=(const Arg<UInt>& a, const Arg<UInt>& b);
[[nodiscard]] Bool operator>=(const Arg<SInt>& a, const Arg<SInt>& b);

// Shifts by a constant: w + n bits, max(w - n, 1) bits. A right shift of an SInt is arithmetic.
[[nodiscard]] UInt shl(const Arg<UInt>& a, int amount);
[[nodiscard]] SInt shl(const Arg<SInt>& a, int amount);
[[nodiscard]] UInt shr(const Arg<UInt>& a, int amount);
[[nodiscard]] SInt shr(const Arg<SInt>& a, int amount);
// Shifts by a signal: `width` bits, the operand's bits.
[[nodiscard]] UInt dshl(const Arg<UInt>& a, const Arg<UInt>& amount, int width);
[[nodiscard]] SInt dshl(const Arg<SInt>& a, const Arg<UInt>& amount, int width);
[[nodiscard]] UInt dshr(const Arg<UInt>& a, const Arg<UInt>& amount);
[[nodiscard]] SInt dshr(const Arg<SInt>& a, const Arg<UInt>& amount);

// Choice, as wide as the wider one. For bundles see bundle.hpp.
[[nodiscard]] Bool mux(const Arg<Bool>& condition, const Arg<Bool>& a, const Arg<Bool>& b);
[[nodiscard]] UInt mux(const Arg<Bool>& condition, const Arg<UInt>& a, const Arg<UInt>& b);
[[nodiscard]] SInt mux(const Arg<Bool>& condition, const Arg<SInt>& a, const Arg<SInt>& b);

/// A part of a concatenation: any leaf.
class Part {
 public:
  template <Leaf T>
  Part(const T& value, Where where = Where::current()) : expr_(value.expr()), where_(where) {}
  [[nodiscard]] const ExprPtr& expr() const { return expr_; }
  [[nodiscard]] Where where() const { return where_; }

 private:
  ExprPtr expr_;
  Where where_;
};
namespace detail {
UInt concatenate(const std::vector<Part>& parts);
}
/// Concatenation; the first is the most significant.
template <class... Rest>
[[nodiscard]] UInt cat(const Part& first, const Rest&... rest) {
  return detail::concatenate({first, Part(rest, first.where())...});
}
[[nodiscard]] UInt cat(const std::vector<UInt>& parts, Where where = Where::current());
[[nodiscard]] UInt cat(const std::vector<Bool>& parts, Where where = Where::current());

// All bits of one signal together.
[[nodiscard]] Bool reduce_or(const Arg<UInt>& a);
[[nodiscard]] Bool reduce_and(const Arg<UInt>& a);
[[nodiscard]] Bool reduce_xor(const Arg<UInt>& a);
/// Number of ones: as many bits as hold 0 .. width.
[[nodiscard]] UInt popcount(const Arg<UInt>& a);

/// Balanced adder tree; each level is one bit wider. At least one term.
[[nodiscard]] UInt tree_sum(const std::vector<UInt>& terms, Where where = Where::current());
[[nodiscard]] SInt tree_sum(const std::vector<SInt>& terms, Where where = Where::current());

/// Bits that number `count` things: 0 .. count - 1; at least one.
[[nodiscard]] constexpr int clog2(std::int64_t count) {
  int bits = 1;
  while ((std::int64_t{1} << bits) < count) ++bits;
  return bits;
}

}  // namespace hcl
