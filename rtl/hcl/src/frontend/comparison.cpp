// Comparisons.
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

/// A bare integer has to be a value that the other side can take.
template <class T>
bool comparable(const Arg<T>& a, const Arg<T>& b) {
  const auto too_large = [](const Arg<T>& literal, const Arg<T>& signal) {
    if (!literal.bare() || literal.expr()->width <= signal.expr()->width) return false;
    frontend::report({signal.expr()},
                     fmt::format("{} of {} bits is compared with {}, which does not fit",
                                 frontend::describe(signal.expr()), signal.expr()->width,
                                 frontend::integer_text(*literal.expr())),
                     "make the signal wider, or leave the comparison out", literal.where());
    return true;
  };
  return !too_large(a, b) && !too_large(b, a);
}

template <class T>
Bool comparison(Op op, const Arg<T>& a, const Arg<T>& b) {
  if (!comparable(a, b)) return Bool(frontend::literal(frontend::bool_shape, 0, a.where()));
  const int width = wider(a, b);
  // A literal takes the width of what it is compared with; a signal keeps its own, so that ranges
  // are known.
  const auto side = [&](const Arg<T>& arg) {
    return arg.expr()->is_literal() ? frontend::extend(arg.expr(), width, arg.where()) : arg.expr();
  };
  return Bool(frontend::compare(op, side(a), side(b), a.where()));
}

}  // namespace

Bool operator==(const Arg<UInt>& a, const Arg<UInt>& b) {
  return comparison(Op::equal, a, b);
}
Bool operator==(const Arg<SInt>& a, const Arg<SInt>& b) {
  return comparison(Op::equal, a, b);
}
Bool operator==(const Arg<Bool>& a, const Arg<Bool>& b) {
  return comparison(Op::equal, a, b);
}
Bool operator!=(const Arg<UInt>& a, const Arg<UInt>& b) {
  return comparison(Op::not_equal, a, b);
}
Bool operator!=(const Arg<SInt>& a, const Arg<SInt>& b) {
  return comparison(Op::not_equal, a, b);
}
Bool operator!=(const Arg<Bool>& a, const Arg<Bool>& b) {
  return comparison(Op::not_equal, a, b);
}
Bool operator<(const Arg<UInt>& a, const Arg<UInt>& b) {
  return comparison(Op::less, a, b);
}
Bool operator<(const Arg<SInt>& a, const Arg<SInt>& b) {
  return comparison(Op::less, a, b);
}
Bool operator<=(const Arg<UInt>& a, const Arg<UInt>& b) {
  return comparison(Op::less_equal, a, b);
}
Bool operator<=(const Arg<SInt>& a, const Arg<SInt>& b) {
  return comparison(Op::less_equal, a, b);
}
Bool operator>(const Arg<UInt>& a, const Arg<UInt>& b) {
  return comparison(Op::greater, a, b);
}
Bool operator>(const Arg<SInt>& a, const Arg<SInt>& b) {
  return comparison(Op::greater, a, b);
}
Bool operator>=(const Arg<UInt>& a, const Arg<UInt>& b) {
  return comparison(Op::greater_equal, a, b);
}
Bool operator>=(const Arg<SInt>& a, const Arg<SInt>& b) {
  return comparison(Op::greater_equal, a, b);
}

}  // namespace hcl
