// Expressions as text. Every text has exactly the width and the sign of its node, so that it means
// the same in any context.
#pragma once

#include <string>

#include "emit/plan.hpp"
#include "emit/usage.hpp"

namespace hcl::emitter {

/// How tightly the outermost operator of a text binds.
enum class Binding {
  choice,
  logical_or,
  logical_and,
  bit_or,
  bit_xor,
  bit_and,
  equality,
  relation,
  shift,
  sum,
  product,
  unary,
  primary
};

struct Text {
  std::string text;
  Binding binding = Binding::primary;
};

class ExpressionWriter {
 public:
  ExpressionWriter(const Plan& plan, Usage& usage) : plan_(plan), usage_(usage) {}

  /// The right side of an assignment to a target as wide as the expression: its sign does not
  /// matter there.
  [[nodiscard]] std::string value(const ExprPtr& expr);
  /// The same for the definition of a wire, which must not refer to itself.
  [[nodiscard]] std::string definition(const ExprPtr& expr);
  /// A condition of an `if`.
  [[nodiscard]] std::string condition(const ExprPtr& expr) { return write(expr).text; }
  /// As a factor of a longer condition.
  [[nodiscard]] std::string operand_of_and(const ExprPtr& expr) {
    return inside(write(expr), Binding::logical_and);
  }
  [[nodiscard]] std::string negated(const ExprPtr& expr);
  /// A literal in its own width, never '0.
  [[nodiscard]] std::string sized(const ExprPtr& expr) { return bits_only(expr).text; }
  [[nodiscard]] std::string index(const ExprPtr& expr) { return bits_only(expr).text; }
  [[nodiscard]] static std::string literal(const graph::Expr& expr, int width);
  /// The name of a signal where it is read, and that all of it is read.
  std::string read(const graph::Signal& signal);

 private:
  Text write(const ExprPtr& expr);
  Text write_node(const graph::Expr& expr);
  Text literal_text(const graph::Expr& expr, int width);
  /// Extended to `width` by its own sign.
  Text write_as(const ExprPtr& expr, int width);
  /// Where only the bits matter.
  Text bits_only(const ExprPtr& expr);
  Text binary(const graph::Expr& expr, const char* op, Binding binding, int width);
  Text select(const graph::Expr& expr);
  Text concatenation(const graph::Expr& expr);
  std::string name_of(const graph::Expr& expr) const;
  static std::string inside(Text text, Binding least);

  const Plan& plan_;
  Usage& usage_;
};

}  // namespace hcl::emitter
