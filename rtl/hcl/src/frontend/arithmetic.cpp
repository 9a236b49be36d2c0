// Sums, products and shifts.
#include "rtl/hcl/operators.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "frontend/node.hpp"

namespace hcl {

using frontend::Op;

namespace {

template <class T>
int wider(const Arg<T>& a, const Arg<T>& b) {
  return std::max(a.expr()->width, b.expr()->width);
}

template <class T>
constexpr bool is_signed = std::same_as<T, SInt>;

template <class T>
T arithmetic(Op op, int width, const Arg<T>& a, const Arg<T>& b) {
  return T(frontend::node(op, {width, is_signed<T>}, {a.expr(), b.expr()}, a.where()));
}

bool amount_ok(const ExprPtr& value, int amount, Where where) {
  if (amount >= 0) return true;
  frontend::report({value}, fmt::format("{} is shifted by {}", frontend::describe(value), amount),
                   "shift the other way", where);
  return false;
}

template <class T>
T shifted_left(const Arg<T>& a, int amount) {
  if (!amount_ok(a.expr(), amount, a.where()) || amount == 0) return T(a.expr());
  const int width = a.expr()->width + amount;
  return T(frontend::node(
      Op::shift_left, {width, is_signed<T>},
      {a.expr(),
       frontend::literal({frontend::least_width(false, false, static_cast<std::uint64_t>(amount))},
                         static_cast<std::uint64_t>(amount), a.where())},
      a.where()));
}

template <class T>
T shifted_right(const Arg<T>& a, int amount) {
  if (!amount_ok(a.expr(), amount, a.where()) || amount == 0) return T(a.expr());
  const int width = a.expr()->width;
  if (amount >= width && !is_signed<T>) return T(frontend::literal({1}, 0, a.where()));
  const int low = std::min(amount, width - 1);
  return T(frontend::bits(a.expr(), width - 1, low, {width - low, is_signed<T>}, a.where()));
}

template <class T>
T shifted_left(const Arg<T>& a, const Arg<UInt>& amount, int width) {
  if (width < 1) {
    frontend::report({a.expr(), amount.expr()}, fmt::format("a shift gives {} bits", width),
                     "ask for at least one bit", a.where());
    return T(a.expr());
  }
  ExprPtr value = a.expr();
  if (value->width > width)
    value = frontend::bits(value, width - 1, 0, {width, is_signed<T>}, a.where());
  return T(
      frontend::node(Op::shift_left, {width, is_signed<T>}, {value, amount.expr()}, a.where()));
}

template <class T>
T wrapped(const Arg<T>& sum) {
  const graph::Expr& expr = *sum.expr();
  if (expr.is_literal()) {
    frontend::report({}, "wrap is given an integer", "wrap the sum of signals", sum.where());
    return T(sum.expr());
  }
  const bool is_sum = expr.op == Op::add || expr.op == Op::subtract;
  const int width =
      is_sum ? std::max(expr.operands[0]->width, expr.operands[1]->width) : expr.width;
  if (!is_sum || expr.width == width) {
    frontend::report(
        {sum.expr()},
        fmt::format("wrap is given {}, which is no sum", frontend::describe(sum.expr())),
        "write wrap(a + b) or wrap(a - b); cut other values with truncate", sum.where());
    return T(sum.expr());
  }
  return T(frontend::node_of_width(expr, width, sum.where()));
}

template <class T>
T balanced_sum(std::vector<T> terms, Where where) {
  if (terms.empty()) {
    frontend::report({}, "tree_sum has no terms", "give it at least one", where);
  }
  while (terms.size() > 1) {
    std::vector<T> next;
    for (std::size_t i = 0; i + 1 < terms.size(); i += 2)
      next.push_back(Arg<T>(terms[i], where) + Arg<T>(terms[i + 1], where));
    if (terms.size() % 2 != 0) next.push_back(terms.back());
    terms = std::move(next);
  }
  return terms.front();
}

}  // namespace

UInt operator+(const Arg<UInt>& a, const Arg<UInt>& b) {
  return arithmetic(Op::add, wider(a, b) + 1, a, b);
}
SInt operator+(const Arg<SInt>& a, const Arg<SInt>& b) {
  return arithmetic(Op::add, wider(a, b) + 1, a, b);
}
UInt operator-(const Arg<UInt>& a, const Arg<UInt>& b) {
  return arithmetic(Op::subtract, wider(a, b) + 1, a, b);
}
SInt operator-(const Arg<SInt>& a, const Arg<SInt>& b) {
  return arithmetic(Op::subtract, wider(a, b) + 1, a, b);
}
SInt operator-(const Arg<SInt>& a) {
  return arithmetic(Op::subtract, a.expr()->width + 1, Arg<SInt>(s(0, 1, a.where()), a.where()), a);
}
UInt operator*(const Arg<UInt>& a, const Arg<UInt>& b) {
  return arithmetic(Op::multiply, a.expr()->width + b.expr()->width, a, b);
}
SInt operator*(const Arg<SInt>& a, const Arg<SInt>& b) {
  return arithmetic(Op::multiply, a.expr()->width + b.expr()->width, a, b);
}
UInt wrap(const Arg<UInt>& sum) {
  return wrapped(sum);
}
SInt wrap(const Arg<SInt>& sum) {
  return wrapped(sum);
}

UInt shl(const Arg<UInt>& a, int amount) {
  return shifted_left(a, amount);
}
SInt shl(const Arg<SInt>& a, int amount) {
  return shifted_left(a, amount);
}
UInt shr(const Arg<UInt>& a, int amount) {
  return shifted_right(a, amount);
}
SInt shr(const Arg<SInt>& a, int amount) {
  return shifted_right(a, amount);
}
UInt dshl(const Arg<UInt>& a, const Arg<UInt>& amount, int width) {
  return shifted_left(a, amount, width);
}
SInt dshl(const Arg<SInt>& a, const Arg<UInt>& amount, int width) {
  return shifted_left(a, amount, width);
}
UInt dshr(const Arg<UInt>& a, const Arg<UInt>& amount) {
  return UInt(
      frontend::node(Op::shift_right, {a.expr()->width}, {a.expr(), amount.expr()}, a.where()));
}
SInt dshr(const Arg<SInt>& a, const Arg<UInt>& amount) {
  return SInt(frontend::node(Op::shift_right, {a.expr()->width, true}, {a.expr(), amount.expr()},
                             a.where()));
}

UInt tree_sum(const std::vector<UInt>& terms, Where where) {
  return balanced_sum(terms, where);
}
SInt tree_sum(const std::vector<SInt>& terms, Where where) {
  return balanced_sum(terms, where);
}

}  // namespace hcl
