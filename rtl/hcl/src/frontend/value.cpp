#include "rtl/hcl/value.hpp"

#include <fmt/format.h>

#include <bit>

#include "frontend/node.hpp"
#include "rtl/hcl/bundle.hpp"
#include "rtl/hcl/operators.hpp"

namespace hcl {

using frontend::Op;

namespace {
ExprPtr seen(const ExprPtr& expr, bool flipped) {
  const detail::LeafVisit* visit = detail::LeafVisit::running();
  return visit != nullptr ? visit->apply(expr, flipped) : expr;
}

bool range_ok(const ExprPtr& value, int high, int low, Where where) {
  if (low >= 0 && high >= low && high < value->width) return true;
  frontend::report({value},
                   fmt::format("bits [{}:{}] are taken of {}, which has {} bits", high, low,
                               frontend::describe(value), value->width),
                   fmt::format("use a range inside [{}:0]", value->width - 1), where);
  return false;
}

ExprPtr cut(const ExprPtr& value, int width, Where where) {
  if (width < 1 || width > value->width) {
    frontend::report({value},
                     fmt::format("{} of {} bits is truncated to {} bits", frontend::describe(value),
                                 value->width, width),
                     width < 1 ? "keep at least one bit" : "use extend to make it wider", where);
    return value;
  }
  return frontend::bits(value, width - 1, 0, {width, value->is_signed}, where);
}

ExprPtr widened(const ExprPtr& value, int width, Where where) {
  if (width < value->width) {
    frontend::report({value},
                     fmt::format("{} of {} bits is extended to {} bits", frontend::describe(value),
                                 value->width, width),
                     "use truncate to make it narrower", where);
    return value;
  }
  return frontend::extend(value, width, where);
}

/// The operand of a dynamic select, padded so that every index means something, and the index as
/// wide as needed.
struct Selection {
  ExprPtr value, index;
};
Selection selection(const ExprPtr& value, int part, const Arg<UInt>& index, bool& fine) {
  const int parts = (value->width + part - 1) / part;
  const int needed = clog2(parts);
  const Where where = index.where();
  if (index.expr()->width > needed) {
    frontend::report({value, index.expr()},
                     fmt::format("an index of {} bits selects among {} parts of {}",
                                 index.expr()->width, parts, frontend::describe(value)),
                     fmt::format("truncate the index to {} bits", needed), where);
    fine = false;
    return {value, index.expr()};
  }
  const int reachable = 1 << index.expr()->width;
  const int width = std::max(parts, reachable) * part;
  return {frontend::extend(value, width, where),
          frontend::extend(index.expr(), clog2(std::max(parts, reachable)), where)};
}
}  // namespace

Value::Value(const Value& other)
    : expr_(seen(other.expr_, other.flipped_)), flipped_(other.flipped_) {}

Value::Value(Value&& other) noexcept
    : expr_(std::move(other.expr_)), declared_(other.declared_), flipped_(other.flipped_) {}

Value& Value::operator=(Value&& other) {
  if (declared_ && expr_ != nullptr && expr_->owner != nullptr) {
    expr_->owner->report(frontend::describe(expr_),
                         "is a declared signal and its C++ handle is assigned with =",
                         "use <<= to drive it", {other.expr_->where, expr_->where});
  }
  expr_ = std::move(other.expr_);
  declared_ = other.declared_;
  flipped_ = other.flipped_;
  return *this;
}

int Value::width() const {
  return expr_->width;
}

namespace detail {
ExprPtr bare_integer(bool is_signed, bool negative, std::uint64_t bits, Where where) {
  if (negative && !is_signed) {
    frontend::report({},
                     fmt::format("the negative integer {} stands beside a UInt",
                                 frontend::integer_text(true, bits)),
                     "use as_sint() on the signal, or wrap(a - b)", where);
  }
  return frontend::literal({frontend::least_width(is_signed, negative, bits), is_signed}, bits,
                           where);
}

ExprPtr bare_bool(bool value, Where where) {
  return frontend::literal(frontend::bool_shape, value ? 1 : 0, where);
}

ExprPtr literal(bool is_signed, bool negative, std::uint64_t bits, int width, Where where) {
  const bool fits =
      (is_signed || !negative) && frontend::least_width(is_signed, negative, bits) <= width;
  if (!fits && !(bits == 0 && width >= 1)) {
    frontend::report({},
                     fmt::format("the literal {} does not fit {} {}bit{}",
                                 frontend::integer_text(negative, bits), width,
                                 is_signed ? "signed " : "", width == 1 ? "" : "s"),
                     "give it more bits", where);
  }
  return frontend::literal({width, is_signed}, bits, where);
}
}  // namespace detail

UInt Bool::as_uint() const {
  return UInt(frontend::reinterpret(expr(), {1}, expr()->where));
}
void Bool::operator<<=(const Arg<Bool>& value) const {
  frontend::drive(expr(), value.expr(), value.bare(), value.where());
}

Bool UInt::bit(int index, Where where) const {
  if (!range_ok(expr(), index, index, where))
    return Bool(frontend::literal(frontend::bool_shape, 0, where));
  return Bool(frontend::bits(expr(), index, index, frontend::bool_shape, where));
}
UInt UInt::bits(int high, int low, Where where) const {
  if (!range_ok(expr(), high, low, where))
    return UInt(frontend::literal({std::max(1, high - low + 1)}, 0, where));
  return UInt(frontend::bits(expr(), high, low, {high - low + 1}, where));
}
UInt UInt::truncate(int width, Where where) const {
  return UInt(cut(expr(), width, where));
}
UInt UInt::extend(int width, Where where) const {
  return UInt(widened(expr(), width, where));
}
SInt UInt::as_sint() const {
  return SInt(frontend::reinterpret(expr(), {width(), true}, expr()->where));
}
Bool UInt::as_bool(Where where) const {
  if (width() != 1) {
    frontend::report(
        {expr()},
        fmt::format("{} of {} bits is taken as a Bool", frontend::describe(expr()), width()),
        "compare it (x != 0), or take one bit", where);
    return bit(0, where);
  }
  return Bool(frontend::reinterpret(expr(), frontend::bool_shape, where));
}
void UInt::operator<<=(const Arg<UInt>& value) const {
  frontend::drive(expr(), value.expr(), value.bare(), value.where());
}

Bool UInt::bit_at(const Arg<UInt>& index) const {
  bool fine = true;
  const Selection s = selection(expr(), 1, index, fine);
  if (!fine) return bit(0, index.where());
  if (s.index->is_literal())
    return UInt(s.value).bit(static_cast<int>(s.index->value), index.where());
  return Bool(frontend::node(Op::bit_at, frontend::bool_shape, {s.value, s.index}, index.where()));
}
UInt UInt::part_at(const Arg<UInt>& index, int part) const {
  const Where where = index.where();
  if (part < 1) {
    frontend::report(
        {expr()}, fmt::format("parts of {} bits are taken of {}", part, frontend::describe(expr())),
        "a part has at least one bit", where);
    return UInt(frontend::literal({1}, 0, where));
  }
  bool fine = true;
  const Selection s = selection(expr(), part, index, fine);
  if (!fine) return UInt(frontend::literal({part}, 0, where));
  if (s.index->is_literal()) {
    const int low = static_cast<int>(s.index->value) * part;
    return UInt(s.value)
        .extend(std::max(s.value->width, low + part))
        .bits(low + part - 1, low, where);
  }
  // The padded width is a whole number of parts.
  const int parts = (s.value->width + part - 1) / part;
  const ExprPtr padded = frontend::extend(s.value, parts * part, where);
  return UInt(frontend::node(Op::part_at, {part}, {padded, s.index}, where));
}

Bool SInt::bit(int index, Where where) const {
  return as_uint().bit(index, where);
}
UInt SInt::bits(int high, int low, Where where) const {
  return as_uint().bits(high, low, where);
}
SInt SInt::truncate(int width, Where where) const {
  return SInt(cut(expr(), width, where));
}
SInt SInt::extend(int width, Where where) const {
  return SInt(widened(expr(), width, where));
}
UInt SInt::as_uint() const {
  return UInt(frontend::reinterpret(expr(), {width()}, expr()->where));
}
void SInt::operator<<=(const Arg<SInt>& value) const {
  frontend::drive(expr(), value.expr(), value.bare(), value.where());
}

}  // namespace hcl
