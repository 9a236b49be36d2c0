#include "graph/fault_changes.hpp"

#include <fmt/format.h>

namespace hcl::graph {
namespace {

std::uint64_t mask_of(int width) {
  return width >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
}

NodeChange other_operator(FaultKind kind, std::string text, Op op) {
  return {kind, std::move(text), [op](const Expr& node) {
            auto changed = std::make_shared<Expr>(node);
            changed->op = op;
            return ExprPtr(std::move(changed));
          }};
}

NodeChange only_operand(FaultKind kind, std::string text, std::size_t kept) {
  return {kind, std::move(text), [kept](const Expr& node) { return node.operands[kept]; }};
}

bool same_type(const Expr& a, const Expr& b) {
  return a.width == b.width && a.is_signed == b.is_signed && a.is_bool == b.is_bool;
}

NodeChange other_literal(std::string text, std::uint64_t value) {
  return {FaultKind::off_by_one, std::move(text), [value](const Expr& node) {
            auto changed = std::make_shared<Expr>(node);
            changed->value = value;
            changed->constant = nullptr;
            return ExprPtr(std::move(changed));
          }};
}

std::vector<NodeChange> literal_changes(const Expr& node) {
  if (node.states != nullptr) {
    const auto& names = node.states->names;
    if (names.size() < 2) return {};
    const std::uint64_t next = (node.value + 1) % names.size();
    return {other_literal(fmt::format("state {} becomes {}", names.at(node.value), names.at(next)),
                          next)};
  }
  if (node.width > 64) return {};
  const std::uint64_t mask = mask_of(node.width), value = node.value & mask;
  const auto text = [&](std::uint64_t changed) {
    return fmt::format("{} becomes {} in {} bits", value, changed, node.width);
  };
  const std::uint64_t more = (value + 1) & mask, less = (value - 1) & mask;
  // The graph keeps the low 64 bits of a literal, the sign in them.
  const auto kept = [&](std::uint64_t changed) {
    const bool negative = node.is_signed && ((changed >> (node.width - 1)) & 1U) != 0;
    return negative ? changed | ~mask : changed;
  };
  std::vector<NodeChange> changes = {other_literal(text(more), kept(more))};
  if (node.width > 1) changes.push_back(other_literal(text(less), kept(less)));
  return changes;
}

}  // namespace

std::vector<NodeChange> node_changes(const Expr& node) {
  using enum FaultKind;
  switch (node.op) {
    case Op::literal:
      return literal_changes(node);
    case Op::add:
      return {other_operator(operation, "+ becomes -", Op::subtract)};
    case Op::subtract:
      if (node.operands.size() != 2) return {};
      return {other_operator(operation, "- becomes +", Op::add)};
    case Op::bit_and:
    case Op::bit_or: {
      const bool is_and = node.op == Op::bit_and;
      std::vector<NodeChange> changes = {other_operator(
          operation, is_and ? "& becomes |" : "| becomes &", is_and ? Op::bit_or : Op::bit_and)};
      for (std::size_t i = 0; i < 2; ++i)
        if (same_type(*node.operands[i], node))
          changes.push_back(
              only_operand(condition,
                           fmt::format("the {} operand of {} is dropped",
                                       i == 0 ? "second" : "first", is_and ? "&" : "|"),
                           i));
      return changes;
    }
    case Op::bit_xor:
      return {other_operator(operation, "^ becomes |", Op::bit_or)};
    case Op::bit_not:
      if (!same_type(*node.operands[0], node)) return {};
      return {only_operand(operation, "an inversion is dropped", 0)};
    case Op::equal:
      return {other_operator(operation, "== becomes !=", Op::not_equal)};
    case Op::not_equal:
      return {other_operator(operation, "!= becomes ==", Op::equal)};
    case Op::less:
      return {other_operator(comparison, "< becomes <=", Op::less_equal)};
    case Op::less_equal:
      return {other_operator(comparison, "<= becomes <", Op::less)};
    case Op::greater:
      return {other_operator(comparison, "> becomes >=", Op::greater_equal)};
    case Op::greater_equal:
      return {other_operator(comparison, ">= becomes >", Op::greater)};
    case Op::mux:
      return {{operation, "the arms of a mux are swapped", [](const Expr& original) {
                 auto changed = std::make_shared<Expr>(original);
                 std::swap(changed->operands[1], changed->operands[2]);
                 return ExprPtr(std::move(changed));
               }}};
    case Op::reduce_or:
      return {other_operator(operation, "any bit becomes all bits", Op::reduce_and)};
    case Op::reduce_and:
      return {other_operator(operation, "all bits becomes any bit", Op::reduce_or)};
    case Op::reduce_xor:
      return {other_operator(operation, "parity becomes any bit", Op::reduce_or)};
    default:
      return {};  // wiring, and operators that have no neighbour
  }
}

std::optional<ResetChange> reset_change(const Signal& signal) {
  if (signal.kind != SignalKind::reg || !signal.reset || signal.width > 64) return std::nullopt;
  const std::uint64_t value = *signal.reset;
  if (signal.states != nullptr) {
    const auto& names = signal.states->names;
    if (names.size() < 2) return std::nullopt;
    const std::uint64_t next = (value + 1) % names.size();
    return ResetChange{
        fmt::format("reset of {} to {} becomes {}", signal.name, names.at(value), names.at(next)),
        next};
  }
  const std::uint64_t other = (value ^ 1U) & mask_of(signal.width);
  return ResetChange{fmt::format("reset of {} to {} becomes {}", signal.name,
                                 value & mask_of(signal.width), other),
                     value ^ 1U};
}

ExprPtr reset_literal(const Signal& signal, std::uint64_t value) {
  auto literal = std::make_shared<Expr>();
  literal->op = Op::literal;
  literal->width = signal.width;
  literal->is_signed = signal.is_signed;
  literal->is_bool = signal.is_bool;
  literal->value = value;
  literal->states = signal.states;
  return literal;
}

}  // namespace hcl::graph
