#include "frontend/node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "frontend/fold.hpp"

namespace hcl::frontend {

using graph::Module;

namespace {

/// The module of the operands. Two modules are a problem of the first.
Module* owner_of(const std::vector<ExprPtr>& operands, Where where) {
  Module* owner = nullptr;
  for (const ExprPtr& operand : operands) {
    if (operand->owner == nullptr || operand->owner == owner) continue;
    if (owner == nullptr) {
      owner = operand->owner;
      continue;
    }
    owner->report(describe(operand),
                  fmt::format("belongs to module {} and is used in module {}", operand->owner->name,
                              owner->name),
                  "pass it through a port", {where, operand->where});
  }
  return owner;
}

}  // namespace

std::string describe(const ExprPtr& expr) {
  if (expr->op == Op::signal) return expr->signal->name;
  if (expr->op == Op::literal) return integer_text(*expr);
  if ((expr->op == Op::reinterpret || expr->op == Op::extend) &&
      expr->operands[0]->op == Op::signal)
    return expr->operands[0]->signal->name;
  return fmt::format("an expression of {} bit{}", expr->width, expr->width == 1 ? "" : "s");
}

void report(const std::vector<ExprPtr>& operands, std::string what, std::string remedy,
            Where where) {
  for (const ExprPtr& operand : operands) {
    if (operand->owner == nullptr) continue;
    operand->owner->report("", std::move(what), std::move(remedy), {where});
    return;
  }
  throw ElaborationError({Problem{"", "", std::move(what), std::move(remedy), {where}}});
}

ExprPtr node(Op op, Shape shape, std::vector<ExprPtr> operands, Where where) {
  auto made = std::make_shared<Expr>();
  made->op = op;
  made->width = shape.width;
  made->is_signed = shape.is_signed;
  made->is_bool = shape.is_bool;
  made->operands = std::move(operands);
  made->where = where;
  made->owner = owner_of(made->operands, where);
  if (const auto value = fold(*made)) return literal(shape, *value, where);
  return made;
}

ExprPtr node_of_width(const Expr& original, int width, Where where) {
  return node(original.op, {width, original.is_signed, original.is_bool}, original.operands, where);
}

ExprPtr literal(Shape shape, std::uint64_t value, Where where) {
  auto made = std::make_shared<Expr>();
  made->op = Op::literal;
  made->width = shape.width;
  made->is_signed = shape.is_signed;
  made->is_bool = shape.is_bool;
  made->value = normalise(value, shape.width, shape.is_signed);
  made->where = where;
  return made;
}

ExprPtr current_condition(const Module& module, Where where) {
  ExprPtr all = literal(bool_shape, 1, where);
  for (const ExprPtr& condition : module.open_conditions) all = logical_and(all, condition, where);
  return all;
}

ExprPtr constant(const graph::Constant& named, Where where) {
  auto made = std::make_shared<Expr>(
      *literal({least_width(false, false, named.value)}, named.value, where));
  made->constant = &named;
  return made;
}

ExprPtr all_ones(int width, Where where) {
  if (width <= 64) return literal({width}, ~std::uint64_t{0}, where);
  return node(Op::bit_not, {width}, {literal({width}, 0, where)}, where);
}

int least_width(bool is_signed, bool negative, std::uint64_t bits) {
  if (!is_signed) return std::max(1, static_cast<int>(std::bit_width(bits)));
  return static_cast<int>(std::bit_width(negative ? ~bits : bits)) + 1;
}

std::string integer_text(bool negative, std::uint64_t bits) {
  return negative ? fmt::format("-{}", std::uint64_t{0} - bits) : fmt::format("{}", bits);
}

std::string integer_text(const Expr& value) {
  return integer_text(graph::literal_negative(value), value.value);
}

ExprPtr extend(const ExprPtr& value, int width, Where where) {
  if (value->width == width) return value;
  if (value->is_literal()) {
    auto wider = std::make_shared<Expr>(*literal({width, value->is_signed}, value->value, where));
    wider->constant = value->constant;
    return wider;
  }
  if (value->op == Op::extend) return extend(value->operands[0], width, where);
  return node(Op::extend, {width, value->is_signed}, {value}, where);
}

ExprPtr bits(const ExprPtr& value, int high, int low, Shape shape, Where where) {
  if (low == 0 && high == value->width - 1) return reinterpret(value, shape, where);
  if (value->op == Op::bits && !value->is_signed)
    return bits(value->operands[0], value->low + high, value->low + low, shape, where);
  if (value->op == Op::reinterpret) return bits(value->operands[0], high, low, shape, where);
  if (value->op == Op::extend && high < value->operands[0]->width)
    return bits(value->operands[0], high, low, shape, where);
  auto made = std::make_shared<Expr>();
  made->op = Op::bits;
  made->width = shape.width;
  made->is_signed = shape.is_signed;
  made->is_bool = shape.is_bool;
  made->operands = {value};
  made->high = high;
  made->low = low;
  made->where = where;
  made->owner = value->owner;
  if (const auto folded = fold(*made)) return literal(shape, *folded, where);
  return made;
}

ExprPtr reinterpret(const ExprPtr& value, Shape shape, Where where) {
  if (value->is_signed == shape.is_signed && value->is_bool == shape.is_bool) return value;
  if (value->op == Op::reinterpret) return reinterpret(value->operands[0], shape, where);
  if (value->op == Op::bits && !shape.is_signed && !value->is_signed) {
    auto made = std::make_shared<Expr>(*value);
    made->is_bool = shape.is_bool;
    return made;
  }
  return node(Op::reinterpret, shape, {value}, where);
}

ExprPtr mux(const ExprPtr& condition, const ExprPtr& a, const ExprPtr& b, Where where) {
  const int width = std::max(a->width, b->width);
  if (condition->is_literal()) return extend(condition->value != 0 ? a : b, width, where);
  if (a == b) return a;
  return node(Op::mux, {width, a->is_signed, a->is_bool}, {condition, a, b}, where);
}

ExprPtr logical_not(const ExprPtr& a, Where where) {
  if (a->op == Op::bit_not && a->is_bool) return a->operands[0];
  if (a->op == Op::equal) return node(Op::not_equal, bool_shape, a->operands, where);
  if (a->op == Op::not_equal) return node(Op::equal, bool_shape, a->operands, where);
  return node(Op::bit_not, bool_shape, {a}, where);
}

ExprPtr logical_and(const ExprPtr& a, const ExprPtr& b, Where where) {
  if (a->is_literal()) return a->value != 0 ? b : a;
  if (b->is_literal()) return b->value != 0 ? a : b;
  return node(Op::bit_and, bool_shape, {a, b}, where);
}

ExprPtr logical_or(const ExprPtr& a, const ExprPtr& b, Where where) {
  if (a->is_literal()) return a->value != 0 ? a : b;
  if (b->is_literal()) return b->value != 0 ? b : a;
  return node(Op::bit_or, bool_shape, {a, b}, where);
}

ExprPtr compare(Op op, const ExprPtr& a, const ExprPtr& b, Where where) {
  if (a->is_bool && (a->is_literal() || b->is_literal())) {
    const ExprPtr& signal = a->is_literal() ? b : a;
    const bool wanted = (a->is_literal() ? a : b)->value != 0;
    return wanted == (op == Op::equal) ? signal : logical_not(signal, where);
  }
  auto made = node(op, bool_shape, {a, b}, where);
  if (made->is_literal()) return made;
  if (const auto always = decided_by_range(*made))
    return literal(bool_shape, *always ? 1 : 0, where);
  return made;
}

}  // namespace hcl::frontend
