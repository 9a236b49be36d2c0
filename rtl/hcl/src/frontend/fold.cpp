#include "frontend/fold.hpp"

#include <algorithm>
#include <bit>

namespace hcl::frontend {

using graph::Expr;
using graph::Op;

namespace {

std::uint64_t ones(int width) {
  return width >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
}

bool less(const Expr& a, const Expr& b) {
  return a.is_signed ? static_cast<std::int64_t>(a.value) < static_cast<std::int64_t>(b.value)
                     : a.value < b.value;
}

std::uint64_t concatenated(const Expr& node) {
  std::uint64_t all = 0;
  for (const ExprPtr& part : node.operands) {
    all = part->width >= 64 ? 0 : all << part->width;
    all |= part->value & ones(part->width);
  }
  return all;
}

std::uint64_t shifted_right(const Expr& value, std::uint64_t amount) {
  if (value.is_signed)
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(value.value) >>
                                      std::min<std::uint64_t>(amount, 63));
  return amount >= 64 ? 0 : value.value >> amount;
}

/// The largest and the least value of `width` bits, as stored.
std::uint64_t largest(int width, bool is_signed) {
  return is_signed ? ones(width - 1) : ones(width);
}
std::uint64_t least(int width, bool is_signed) {
  return is_signed ? ~ones(width - 1) : 0;
}

}  // namespace

std::uint64_t normalise(std::uint64_t value, int width, bool is_signed) {
  if (width >= 64) return value;
  value &= ones(width);
  if (is_signed && ((value >> (width - 1)) & 1U) != 0) value |= ~ones(width);
  return value;
}

std::optional<std::uint64_t> fold(const Expr& node) {
  if (node.operands.empty() || node.width > 64) return std::nullopt;
  for (const ExprPtr& operand : node.operands)
    if (!operand->is_literal() || operand->width > 64 || operand->states != nullptr)
      return std::nullopt;
  const Expr& a = *node.operands[0];
  const Expr& b = *node.operands[node.operands.size() > 1 ? 1 : 0];
  switch (node.op) {
    case Op::add:
      return a.value + b.value;
    case Op::subtract:
      return a.value - b.value;
    case Op::multiply:
      return a.value * b.value;
    case Op::bit_and:
      return a.value & b.value;
    case Op::bit_or:
      return a.value | b.value;
    case Op::bit_xor:
      return a.value ^ b.value;
    case Op::bit_not:
      return ~a.value;
    case Op::equal:
      return a.value == b.value ? 1 : 0;
    case Op::not_equal:
      return a.value != b.value ? 1 : 0;
    case Op::less:
      return less(a, b) ? 1 : 0;
    case Op::less_equal:
      return less(b, a) ? 0 : 1;
    case Op::greater:
      return less(b, a) ? 1 : 0;
    case Op::greater_equal:
      return less(a, b) ? 0 : 1;
    case Op::shift_left:
      return b.value >= 64 ? 0 : a.value << b.value;
    case Op::shift_right:
      return shifted_right(a, b.value);
    case Op::concatenate:
      return concatenated(node);
    case Op::bits:
      return shifted_right(a, static_cast<std::uint64_t>(node.low));
    case Op::extend:
    case Op::reinterpret:
      return a.value;
    case Op::reduce_or:
      return (a.value & ones(a.width)) != 0 ? 1 : 0;
    case Op::reduce_and:
      return (a.value & ones(a.width)) == ones(a.width) ? 1 : 0;
    case Op::reduce_xor:
      return static_cast<std::uint64_t>(std::popcount(a.value & ones(a.width)) & 1);
    case Op::popcount:
      return static_cast<std::uint64_t>(std::popcount(a.value & ones(a.width)));
    default:
      return std::nullopt;
  }
}

std::optional<bool> decided_by_range(const Expr& comparison) {
  const Expr& a = *comparison.operands[0];
  const Expr& b = *comparison.operands[1];
  const bool literal_right = b.is_literal();
  if (a.is_literal() == literal_right) return std::nullopt;
  const Expr& literal = literal_right ? b : a;
  const int width = (literal_right ? a : b).width;
  if (width >= 64 || literal.width > 64) return std::nullopt;
  Op op = comparison.op;  // as if the literal stood on the right
  if (!literal_right) {
    op = op == Op::less            ? Op::greater
         : op == Op::less_equal    ? Op::greater_equal
         : op == Op::greater       ? Op::less
         : op == Op::greater_equal ? Op::less_equal
                                   : op;
  }
  const bool is_signed = literal.is_signed;
  const auto below = [&](std::uint64_t x, std::uint64_t y) {
    return is_signed ? static_cast<std::int64_t>(x) < static_cast<std::int64_t>(y) : x < y;
  };
  const std::uint64_t top = largest(width, is_signed), bottom = least(width, is_signed),
                      value = literal.value;
  switch (op) {
    case Op::less:
      if (!below(bottom, value)) return false;
      if (below(top, value)) return true;
      break;
    case Op::less_equal:
      if (below(value, bottom)) return false;
      if (!below(value, top)) return true;
      break;
    case Op::greater:
      if (!below(value, top)) return false;
      if (below(value, bottom)) return true;
      break;
    case Op::greater_equal:
      if (below(top, value)) return false;
      if (!below(bottom, value)) return true;
      break;
    case Op::equal:
    case Op::not_equal:
      if (below(top, value) || below(value, bottom)) return op == Op::not_equal;
      break;
    default:
      break;
  }
  return std::nullopt;
}

}  // namespace hcl::frontend
