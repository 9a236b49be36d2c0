#include "emit/expression.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rtl/hcl/operators.hpp"

namespace hcl::emitter {

using namespace graph;

namespace {

/// Parts of a concatenation, nested ones opened.
void flatten(const Expr& expr, const Plan& plan, std::vector<ExprPtr>& parts) {
  for (const ExprPtr& operand : expr.operands) {
    if (operand->op == Op::concatenate && !plan.wires.contains(operand.get()))
      flatten(*operand, plan, parts);
    else
      parts.push_back(operand);
  }
}

/// Not as tight as a name: Yosys reads ~9'(x) as (~9)'(x).
Text cast(int width, const Text& text) {
  return {fmt::format("{}'({})", width, text.text), Binding::unary};
}

}  // namespace

std::string ExpressionWriter::inside(Text text, Binding least) {
  return text.binding < least ? fmt::format("({})", text.text) : std::move(text.text);
}

std::string ExpressionWriter::literal(const Expr& expr, int width) {
  if (expr.states != nullptr) return enumerator(*expr.states, expr.value);
  if (expr.constant != nullptr) return fmt::format("{}'({})", width, expr.constant->name);
  if (expr.is_signed) {
    if (literal_negative(expr))
      return fmt::format("-{}'sd{}", width, std::uint64_t{0} - expr.value);
    return fmt::format("{}'sd{}", width, expr.value);
  }
  if (width == 1) return expr.value != 0 ? "1'b1" : "1'b0";
  if (expr.value >= 65536) return fmt::format("{}'h{:x}", width, expr.value);
  return fmt::format("{}'d{}", width, expr.value);
}

std::string ExpressionWriter::read(const Signal& signal) {
  const auto tied = plan_.tied_outputs.find(&signal);
  const Signal& seen = tied == plan_.tied_outputs.end() ? signal : *tied->second;
  const std::string text = seen.text();
  usage_.read_all(text, seen.width);
  return text;
}

std::string ExpressionWriter::name_of(const Expr& expr) const {
  if (const auto wire = plan_.wires.find(&expr); wire != plan_.wires.end()) return wire->second;
  return expr.op == Op::signal ? expr.signal->text() : std::string();
}

Text ExpressionWriter::write(const ExprPtr& expr) {
  if (const auto wire = plan_.wires.find(expr.get()); wire != plan_.wires.end()) {
    usage_.read_all(wire->second, expr->width);
    return {wire->second, Binding::primary};
  }
  return write_node(*expr);
}

std::string ExpressionWriter::value(const ExprPtr& expr) {
  if (expr->is_literal() && expr->value == 0 && expr->states == nullptr &&
      expr->constant == nullptr && expr->width > 1)
    return "'0";
  return bits_only(expr).text;
}

std::string ExpressionWriter::definition(const ExprPtr& expr) {
  const Expr& inner = expr->op == Op::reinterpret && !plan_.wires.contains(expr->operands[0].get())
                          ? *expr->operands[0]
                          : *expr;
  return write_node(inner).text;
}

Text ExpressionWriter::bits_only(const ExprPtr& expr) {
  if (expr->op == Op::reinterpret && !plan_.wires.contains(expr.get()))
    return bits_only(expr->operands[0]);
  if (expr->op == Op::bits && !plan_.wires.contains(expr.get()) &&
      !name_of(*expr->operands[0]).empty())
    return select(*expr);
  return write(expr);
}

std::string ExpressionWriter::negated(const ExprPtr& expr) {
  if (expr->op == Op::bit_not && expr->is_bool && !plan_.wires.contains(expr.get()))
    return inside(write(expr->operands[0]), Binding::logical_and);
  return fmt::format("!{}", inside(write(expr), Binding::primary));
}

Text ExpressionWriter::write_as(const ExprPtr& expr, int width) {
  const bool has_wire = plan_.wires.contains(expr.get());
  if (expr->width == width) return write(expr);
  if (!has_wire) {
    if (expr->is_literal()) return literal_text(*expr, width);
    if (expr->op == Op::extend) return write_as(expr->operands[0], width);
    // An exact sum may be computed in more bits: its operands extend instead of itself.
    if (is_exact_sum(*expr))
      return binary(*expr, expr->op == Op::add ? "+" : "-", Binding::sum, width);
  }
  return cast(width, write(expr));
}

Text ExpressionWriter::binary(const Expr& expr, const char* op, Binding binding, int width) {
  // Operands of the same operator need no brackets on the left; others get them, also where the
  // language has no need.
  const auto side = [&](const ExprPtr& operand, bool is_left) {
    Text text = write_as(operand, width);
    const bool same = text.binding == binding && is_left && operand->op == expr.op;
    return same || text.binding > Binding::product ? std::move(text.text)
                                                   : fmt::format("({})", text.text);
  };
  const bool chains = expr.op != Op::equal && expr.op != Op::not_equal;
  std::string left = side(expr.operands[0], chains);
  const bool associative =
      expr.op == Op::bit_and || expr.op == Op::bit_or || expr.op == Op::bit_xor;
  std::string right = side(expr.operands[1], associative);
  return {fmt::format("{} {} {}", left, op, right), binding};
}

Text ExpressionWriter::select(const Expr& expr) {
  const Expr& operand = *expr.operands[0];
  const std::string name = operand.op == Op::signal && !plan_.wires.contains(&operand) &&
                                   plan_.tied_outputs.contains(operand.signal)
                               ? plan_.tied_outputs.at(operand.signal)->text()
                               : name_of(operand);
  usage_.read(name, operand.width, expr.high, expr.low);
  if (operand.width == 1) return {name, Binding::primary};
  if (expr.high == expr.low) return {fmt::format("{}[{}]", name, expr.high), Binding::primary};
  return {fmt::format("{}[{}:{}]", name, expr.high, expr.low), Binding::primary};
}

Text ExpressionWriter::concatenation(const Expr& expr) {
  std::vector<ExprPtr> parts;
  flatten(expr, plan_, parts);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < parts.size();) {
    std::size_t same = 1;
    while (i + same < parts.size() && parts[i + same] == parts[i]) ++same;
    const std::string part = bits_only(parts[i]).text;
    texts.push_back(same > 1 ? fmt::format("{{{}{{{}}}}}", same, part) : part);
    i += same;
  }
  if (texts.size() == 1) return {texts[0], Binding::primary};
  return {fmt::format("{{{}}}", fmt::join(texts, ", ")), Binding::primary};
}

Text ExpressionWriter::literal_text(const Expr& expr, int width) {
  if (expr.constant != nullptr) usage_.use(*expr.constant);
  const bool is_tight = expr.constant == nullptr && !literal_negative(expr);
  return {literal(expr, width), is_tight ? Binding::primary : Binding::unary};
}

Text ExpressionWriter::write_node(const Expr& expr) {
  const auto operand = [&](std::size_t i) -> const ExprPtr& { return expr.operands[i]; };
  const auto widest = [&] { return std::max(operand(0)->width, operand(1)->width); };
  const auto unary = [&](const char* op, const Text& text) {
    return Text{op + inside(text, Binding::primary), Binding::unary};
  };
  switch (expr.op) {
    case Op::literal:
      return literal_text(expr, expr.width);
    case Op::signal:
      return {read(*expr.signal), Binding::primary};
    case Op::memory_read:
      return {fmt::format("{}[{}]", expr.memory->name, index(operand(0))), Binding::primary};
    case Op::add:
      return binary(expr, "+", Binding::sum, expr.width);
    case Op::subtract:
      return binary(expr, "-", Binding::sum, expr.width);
    case Op::multiply:
      return binary(expr, "*", Binding::product, expr.width);
    case Op::bit_and:
      return expr.is_bool ? binary(expr, "&&", Binding::logical_and, 1)
                          : binary(expr, "&", Binding::bit_and, expr.width);
    case Op::bit_or:
      return expr.is_bool ? binary(expr, "||", Binding::logical_or, 1)
                          : binary(expr, "|", Binding::bit_or, expr.width);
    case Op::bit_xor:
      return binary(expr, "^", Binding::bit_xor, expr.width);
    case Op::bit_not:
      return unary(expr.is_bool ? "!" : "~", write(operand(0)));
    case Op::equal:
      return binary(expr, "==", Binding::equality, widest());
    case Op::not_equal:
      return binary(expr, "!=", Binding::equality, widest());
    case Op::less:
      return binary(expr, "<", Binding::relation, widest());
    case Op::less_equal:
      return binary(expr, "<=", Binding::relation, widest());
    case Op::greater:
      return binary(expr, ">", Binding::relation, widest());
    case Op::greater_equal:
      return binary(expr, ">=", Binding::relation, widest());
    case Op::shift_left: {
      const std::string amount = operand(1)->is_literal()
                                     ? fmt::format("{}", operand(1)->value)
                                     : inside(bits_only(operand(1)), Binding::primary);
      return {
          fmt::format("{} << {}", inside(write_as(operand(0), expr.width), Binding::unary), amount),
          Binding::shift};
    }
    case Op::shift_right:
      return {fmt::format("{} {} {}", inside(write(operand(0)), Binding::unary),
                          expr.is_signed ? ">>>" : ">>",
                          inside(bits_only(operand(1)), Binding::primary)),
              Binding::shift};
    case Op::mux: {
      const std::string otherwise = write_as(operand(2), expr.width).text;
      return {fmt::format("{} ? {} : {}", inside(write(operand(0)), Binding::unary),
                          inside(write_as(operand(1), expr.width), Binding::logical_or), otherwise),
              Binding::choice};
    }
    case Op::concatenate:
      return concatenation(expr);
    case Op::bits: {
      if (!name_of(*operand(0)).empty()) {
        Text part = select(expr);
        return expr.is_signed ? Text{fmt::format("$signed({})", part.text), Binding::primary}
                              : part;
      }
      // Of an expression without a name: shifted down, then cut.
      Text whole = write(operand(0));
      if (expr.low > 0)
        whole = {fmt::format("{} {} {}", inside(whole, Binding::unary),
                             expr.is_signed ? ">>>" : ">>", expr.low),
                 Binding::shift};
      return cast(expr.width, whole);
    }
    case Op::extend:
      return write_as(operand(0), expr.width);
    case Op::reinterpret:
      if (operand(0)->is_signed == expr.is_signed) return write(operand(0));
      return {fmt::format("{}({})", expr.is_signed ? "$signed" : "$unsigned",
                          bits_only(operand(0)).text),
              Binding::primary};
    case Op::bit_at: {
      const std::string name = write(operand(0)).text;
      return {operand(0)->width == 1 ? name : fmt::format("{}[{}]", name, index(operand(1))),
              Binding::primary};
    }
    case Op::part_at: {
      const std::string name = write(operand(0)).text;
      const std::string number = bits_only(operand(1)).text;
      if (operand(0)->width == expr.width) return {name, Binding::primary};
      const bool is_power = (expr.width & (expr.width - 1)) == 0;
      const int shift = is_power ? clog2(expr.width) : 0;
      if (expr.width == 1) return {fmt::format("{}[{}]", name, number), Binding::primary};
      if (is_power)
        return {fmt::format("{}[{{{}, {}'d0}} +: {}]", name, number, shift, expr.width),
                Binding::primary};
      const int bits = clog2(operand(0)->width);
      return {fmt::format("{}[{}'({}) * {}'d{} +: {}]", name, bits, number, bits, expr.width,
                          expr.width),
              Binding::primary};
    }
    // Bound as if weaker than they are, so that they stand in brackets beside other operators.
    case Op::reduce_or:
      return {unary("|", bits_only(operand(0))).text, Binding::product};
    case Op::reduce_and:
      return {unary("&", bits_only(operand(0))).text, Binding::product};
    case Op::reduce_xor:
      return {unary("^", bits_only(operand(0))).text, Binding::product};
    case Op::popcount:
      return cast(expr.width,
                  {fmt::format("$countones({})", bits_only(operand(0)).text), Binding::primary});
  }
  return {};
}

}  // namespace hcl::emitter
