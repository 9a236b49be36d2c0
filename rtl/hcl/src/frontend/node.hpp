// Makes nodes of the graph, folding what is constant and reporting what cannot be meant.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "graph/module.hpp"

namespace hcl::frontend {

using graph::Expr;
using graph::Op;

/// What a node is besides its operands.
struct Shape {
  int width;
  bool is_signed = false;
  bool is_bool = false;
};
inline constexpr Shape bool_shape{1, false, true};

/// A new node; its owner is the module of its operands. Operands of two modules are a problem.
[[nodiscard]] ExprPtr node(Op op, Shape shape, std::vector<ExprPtr> operands, Where where);
/// The same node with another width (for `wrap`).
[[nodiscard]] ExprPtr node_of_width(const Expr& original, int width, Where where);

[[nodiscard]] ExprPtr literal(Shape shape, std::uint64_t value, Where where);
/// Least width that holds the integer: of a signed literal its sign too.
[[nodiscard]] int least_width(bool is_signed, bool negative, std::uint64_t bits);
/// The integer in decimal.
[[nodiscard]] std::string integer_text(bool negative, std::uint64_t bits);
[[nodiscard]] std::string integer_text(const Expr& literal);

/// Wider by sign or zeros; the width may stay.
[[nodiscard]] ExprPtr extend(const ExprPtr& value, int width, Where where);
/// Bits high:low as an unsigned (or, if said, signed) node.
[[nodiscard]] ExprPtr bits(const ExprPtr& value, int high, int low, Shape shape, Where where);
[[nodiscard]] ExprPtr reinterpret(const ExprPtr& value, Shape shape, Where where);
[[nodiscard]] ExprPtr mux(const ExprPtr& condition, const ExprPtr& a, const ExprPtr& b,
                          Where where);
[[nodiscard]] ExprPtr logical_not(const ExprPtr& a, Where where);
[[nodiscard]] ExprPtr logical_and(const ExprPtr& a, const ExprPtr& b, Where where);
[[nodiscard]] ExprPtr logical_or(const ExprPtr& a, const ExprPtr& b, Where where);
[[nodiscard]] ExprPtr compare(Op op, const ExprPtr& a, const ExprPtr& b, Where where);

/// Reports to the module of the operands; an expression of literals alone has none, and throws.
void report(const std::vector<ExprPtr>& operands, std::string what, std::string remedy,
            Where where);
/// How an expression is called in a message: a signal by its name, anything else by its width.
[[nodiscard]] std::string describe(const ExprPtr& expr);

/// All that must hold for the innermost open block of a module.
[[nodiscard]] ExprPtr current_condition(const graph::Module& module, Where where);
/// A number with a name in the text.
[[nodiscard]] ExprPtr constant(const graph::Constant& named, Where where);
/// The largest number of `width` bits.
[[nodiscard]] ExprPtr all_ones(int width, Where where);

/// Drives a signal under the current condition of its module.
void drive(const ExprPtr& target, const ExprPtr& value, bool bare, Where where);

}  // namespace hcl::frontend
