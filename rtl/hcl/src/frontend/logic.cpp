// Bitwise operators, choice, concatenation, reductions.
#include "rtl/hcl/operators.hpp"

#include <algorithm>

#include "frontend/node.hpp"

namespace hcl {

using frontend::Op;

namespace {

template <class T>
constexpr bool is_signed = std::same_as<T, SInt>;

template <class T>
T bitwise(Op op, const Arg<T>& a, const Arg<T>& b) {
  const int width = std::max(a.expr()->width, b.expr()->width);
  return T(frontend::node(
      op, {width, is_signed<T>},
      {frontend::extend(a.expr(), width, a.where()), frontend::extend(b.expr(), width, b.where())},
      a.where()));
}

Bool reduction(Op op, const Arg<UInt>& a) {
  return Bool(frontend::node(op, frontend::bool_shape, {a.expr()}, a.where()));
}

}  // namespace

Bool b(bool value, Where where) {
  return Bool(frontend::literal(frontend::bool_shape, value ? 1 : 0, where));
}

UInt operator&(const Arg<UInt>& a, const Arg<UInt>& b) {
  return bitwise(Op::bit_and, a, b);
}
SInt operator&(const Arg<SInt>& a, const Arg<SInt>& b) {
  return bitwise(Op::bit_and, a, b);
}
Bool operator&(const Arg<Bool>& a, const Arg<Bool>& b) {
  return Bool(frontend::logical_and(a.expr(), b.expr(), a.where()));
}
UInt operator|(const Arg<UInt>& a, const Arg<UInt>& b) {
  return bitwise(Op::bit_or, a, b);
}
SInt operator|(const Arg<SInt>& a, const Arg<SInt>& b) {
  return bitwise(Op::bit_or, a, b);
}
Bool operator|(const Arg<Bool>& a, const Arg<Bool>& b) {
  return Bool(frontend::logical_or(a.expr(), b.expr(), a.where()));
}
UInt operator^(const Arg<UInt>& a, const Arg<UInt>& b) {
  return bitwise(Op::bit_xor, a, b);
}
SInt operator^(const Arg<SInt>& a, const Arg<SInt>& b) {
  return bitwise(Op::bit_xor, a, b);
}
Bool operator^(const Arg<Bool>& a, const Arg<Bool>& b) {
  return Bool(frontend::node(Op::bit_xor, frontend::bool_shape, {a.expr(), b.expr()}, a.where()));
}
UInt operator~(const Arg<UInt>& a) {
  return UInt(frontend::node(Op::bit_not, {a.expr()->width}, {a.expr()}, a.where()));
}
SInt operator~(const Arg<SInt>& a) {
  return SInt(frontend::node(Op::bit_not, {a.expr()->width, true}, {a.expr()}, a.where()));
}
Bool operator~(const Arg<Bool>& a) {
  return Bool(frontend::logical_not(a.expr(), a.where()));
}
Bool operator!(const Arg<Bool>& a) {
  return Bool(frontend::logical_not(a.expr(), a.where()));
}

Bool mux(const Arg<Bool>& condition, const Arg<Bool>& a, const Arg<Bool>& b) {
  return Bool(frontend::mux(condition.expr(), a.expr(), b.expr(), condition.where()));
}
UInt mux(const Arg<Bool>& condition, const Arg<UInt>& a, const Arg<UInt>& b) {
  return UInt(frontend::mux(condition.expr(), a.expr(), b.expr(), condition.where()));
}
SInt mux(const Arg<Bool>& condition, const Arg<SInt>& a, const Arg<SInt>& b) {
  return SInt(frontend::mux(condition.expr(), a.expr(), b.expr(), condition.where()));
}

namespace detail {
UInt concatenate(const std::vector<Part>& parts) {
  if (parts.size() == 1)
    return UInt(frontend::reinterpret(parts[0].expr(), {parts[0].expr()->width}, parts[0].where()));
  int width = 0;
  std::vector<ExprPtr> operands;
  for (const Part& part : parts) {
    width += part.expr()->width;
    operands.push_back(part.expr());
  }
  return UInt(frontend::node(Op::concatenate, {width}, std::move(operands), parts[0].where()));
}
}  // namespace detail

UInt cat(const std::vector<UInt>& parts, Where where) {
  if (parts.empty()) frontend::report({}, "cat has no parts", "give it at least one", where);
  std::vector<Part> all;
  for (const UInt& part : parts) all.emplace_back(part, where);
  return detail::concatenate(all);
}
UInt cat(const std::vector<Bool>& parts, Where where) {
  if (parts.empty()) frontend::report({}, "cat has no parts", "give it at least one", where);
  std::vector<Part> all;
  for (const Bool& part : parts) all.emplace_back(part, where);
  return detail::concatenate(all);
}

Bool reduce_or(const Arg<UInt>& a) {
  return reduction(Op::reduce_or, a);
}
Bool reduce_and(const Arg<UInt>& a) {
  return reduction(Op::reduce_and, a);
}
Bool reduce_xor(const Arg<UInt>& a) {
  return reduction(Op::reduce_xor, a);
}
UInt popcount(const Arg<UInt>& a) {
  const int width =
      frontend::least_width(false, false, static_cast<std::uint64_t>(a.expr()->width));
  return UInt(frontend::node(Op::popcount, {width}, {a.expr()}, a.where()));
}

}  // namespace hcl
