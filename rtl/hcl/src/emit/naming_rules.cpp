#include "emit/naming_rules.hpp"

#include <algorithm>

#include "emit/plan.hpp"

namespace hcl::emitter {

using namespace graph;

namespace {

/// Bits to which the operand is extended where it stands; 0 for those that keep their own width.
int computed_width(const Expr& parent, std::size_t position) {
  switch (parent.op) {
    case Op::add:
    case Op::subtract:
    case Op::multiply:
    case Op::bit_and:
    case Op::bit_or:
    case Op::bit_xor:
    case Op::extend:
      return parent.width;
    case Op::shift_left:
      return position == 0 ? parent.width : 0;
    case Op::mux:
      return position > 0 ? parent.width : 0;
    case Op::equal:
    case Op::not_equal:
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal:
      return std::max(parent.operands[0]->width, parent.operands[1]->width);
    default:
      return 0;
  }
}

}  // namespace

const char* word_for(const Expr& expr) {
  switch (expr.op) {
    case Op::memory_read:
      return "word";
    case Op::add:
      return "sum";
    case Op::subtract:
      return "difference";
    case Op::multiply:
      return "product";
    case Op::bit_and:
      return expr.is_bool ? "and" : "masked";
    case Op::bit_or:
      return expr.is_bool ? "or" : "joined";
    case Op::bit_xor:
      return "xor";
    case Op::bit_not:
      return "not";
    case Op::equal:
      return "equal";
    case Op::not_equal:
      return "differs";
    case Op::less:
    case Op::less_equal:
      return "below";
    case Op::greater:
    case Op::greater_equal:
      return "above";
    case Op::shift_left:
    case Op::shift_right:
      return "shifted";
    case Op::mux:
      return "choice";
    case Op::concatenate:
      return "packed";
    case Op::extend:
      return "wide";
    case Op::bit_at:
      return "bit";
    case Op::bits:
    case Op::part_at:
      return "part";
    case Op::reduce_or:
      return "any";
    case Op::reduce_and:
      return "all";
    case Op::reduce_xor:
      return "parity";
    case Op::popcount:
      return "ones";
    case Op::reinterpret:
      return expr.is_signed ? "signed" : "bits";
    default:
      return "value";
  }
}

bool is_repeatable(const Expr& expr) {
  if (is_simple(expr)) return true;
  if (expr.op == Op::equal || expr.op == Op::not_equal)
    return is_simple(*expr.operands[0]) && is_simple(*expr.operands[1]);
  return expr.op == Op::extend && !expr.is_signed && is_simple(*expr.operands[0]);
}

bool needs_name(const Expr& parent, std::size_t position, const Expr& operand) {
  if (is_plain_signal(operand)) return false;
  switch (parent.op) {
    case Op::bit_at:
    case Op::part_at:
      return position == 0;
    case Op::bits:
      if (operand.is_signed != parent.is_signed) return true;
      [[fallthrough]];
    case Op::concatenate:
    case Op::reinterpret:
    case Op::reduce_or:
    case Op::reduce_and:
    case Op::reduce_xor:
    case Op::popcount:
      return operand.op == Op::extend && operand.is_signed;
    default:
      return false;
  }
}

bool needs_width(const Expr& parent, std::size_t position, const Expr& operand) {
  if (operand.width >= computed_width(parent, position)) return false;
  switch (operand.op) {
    case Op::literal:
    case Op::signal:
    case Op::memory_read:
    case Op::concatenate:
    case Op::extend:  // the outer cast replaces it
    case Op::bit_at:
    case Op::part_at:
    case Op::popcount:
      return false;
    case Op::bits:
      return !is_plain_signal(*operand.operands[0]);
    case Op::reinterpret:
      return !is_simple(*operand.operands[0]);
    case Op::add:
    case Op::subtract:
      return !is_exact_sum(operand);
    default:
      return true;
  }
}

int own_length(const Expr& expr) {
  switch (expr.op) {
    case Op::signal:
      return static_cast<int>(expr.signal->text().size());
    case Op::literal:
      return 6;
    case Op::concatenate:
      return static_cast<int>(2 * expr.operands.size());
    case Op::bits:
      return 7;
    case Op::memory_read:
      return static_cast<int>(expr.memory->name.size()) + 2;
    case Op::popcount:
      return 17;
    case Op::reinterpret:
      return 9;
    default:
      return 5;
  }
}

}  // namespace hcl::emitter
