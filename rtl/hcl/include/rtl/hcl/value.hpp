// The leaf types of a design: Bool, UInt and SInt, light handles on nodes of the typed graph.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <source_location>
#include <string>
#include <vector>

namespace hcl {

namespace graph {
struct Expr;
}

/// A node of the graph. Nodes never change once built.
using ExprPtr = std::shared_ptr<const graph::Expr>;
/// A line of the designer's C++.
using Where = std::source_location;

class Bool;
class UInt;
class SInt;
template <class T>
class Arg;

/// What the leaf types share. Copies of a handle mean the same signal. `a = b` between signals does
/// not compile; a handle that holds a C++-side intermediate may take a new expression (`sum = sum +
/// x`), and one that is a declared signal may not: that is reported at elaboration, with `<<=` as
/// the remedy.
class Value {
 public:
  Value(const Value& other);
  Value(Value&& other) noexcept;
  Value& operator=(const Value&) = delete;
  Value& operator=(Value&& other);
  ~Value() = default;

  /// Bits, at least 1.
  [[nodiscard]] int width() const;
  [[nodiscard]] const ExprPtr& expr() const { return expr_; }
  /// True for a field that runs against the direction of its bundle, such as `ready`.
  [[nodiscard]] bool flipped() const { return flipped_; }

 protected:
  explicit Value(ExprPtr expr) : expr_(std::move(expr)) {}
  Value(ExprPtr expr, bool declared, bool flipped)
      : expr_(std::move(expr)), declared_(declared), flipped_(flipped) {}

 private:
  ExprPtr expr_;
  bool declared_ = false;
  bool flipped_ = false;
};

/// One bit, a truth value.
class Bool : public Value {
 public:
  explicit Bool(ExprPtr expr) : Value(std::move(expr)) {}
  Bool(ExprPtr expr, bool declared, bool flipped) : Value(std::move(expr), declared, flipped) {}

  [[nodiscard]] UInt as_uint() const;
  /// Drives a wire, register or output.
  void operator<<=(const Arg<Bool>& value) const;
};

/// Unsigned integer.
class UInt : public Value {
 public:
  explicit UInt(ExprPtr expr) : Value(std::move(expr)) {}
  UInt(ExprPtr expr, bool declared, bool flipped) : Value(std::move(expr), declared, flipped) {}

  [[nodiscard]] Bool bit(int index, Where where = Where::current()) const;
  [[nodiscard]] UInt bits(int high, int low, Where where = Where::current()) const;
  /// The low `width` bits; the width may stay as it is, never grow.
  [[nodiscard]] UInt truncate(int width, Where where = Where::current()) const;
  /// Zero-extended; the width may stay as it is, never shrink.
  [[nodiscard]] UInt extend(int width, Where where = Where::current()) const;
  /// Bit number `index`; past the end it reads zero.
  [[nodiscard]] Bool bit_at(const Arg<UInt>& index) const;
  /// `[index * width +: width]`; past the end it reads zero.
  [[nodiscard]] UInt part_at(const Arg<UInt>& index, int width) const;
  [[nodiscard]] SInt as_sint() const;
  [[nodiscard]] UInt as_uint() const { return *this; }
  [[nodiscard]] Bool as_bool(Where where = Where::current()) const;
  void operator<<=(const Arg<UInt>& value) const;
};

/// Signed integer, two's complement.
class SInt : public Value {
 public:
  explicit SInt(ExprPtr expr) : Value(std::move(expr)) {}
  SInt(ExprPtr expr, bool declared, bool flipped) : Value(std::move(expr), declared, flipped) {}

  [[nodiscard]] Bool bit(int index, Where where = Where::current()) const;
  [[nodiscard]] UInt bits(int high, int low, Where where = Where::current()) const;
  [[nodiscard]] SInt truncate(int width, Where where = Where::current()) const;
  /// Sign-extended.
  [[nodiscard]] SInt extend(int width, Where where = Where::current()) const;
  [[nodiscard]] UInt as_uint() const;
  [[nodiscard]] SInt as_sint() const { return *this; }
  void operator<<=(const Arg<SInt>& value) const;
};

template <class T>
concept Leaf = std::same_as<T, Bool> || std::same_as<T, UInt> || std::same_as<T, SInt>;

template <class I>
concept Integer = std::integral<I> && !std::same_as<I, bool>;

namespace detail {
ExprPtr bare_integer(bool is_signed, bool negative, std::uint64_t bits, Where where);
ExprPtr bare_bool(bool value, Where where);
}  // namespace detail

/// An operand: a signal, or a bare integer that becomes a literal of the least width that holds it.
/// Its default argument is how an operator learns the designer's line.
template <class T>
class Arg {
 public:
  Arg(const T& value, Where where = Where::current()) : expr_(value.expr()), where_(where) {}
  template <Integer I>
  requires(!std::same_as<T, Bool>) Arg(I value, Where where = Where::current())
      : expr_(detail::bare_integer(std::same_as<T, SInt>, value < I{0},
                                   static_cast<std::uint64_t>(value), where)),
        where_(where),
        bare_(true) {}
  template <std::same_as<bool> B>
  requires(std::same_as<T, Bool>) Arg(B value, Where where = Where::current())
      : expr_(detail::bare_bool(value, where)), where_(where), bare_(true) {}

  [[nodiscard]] const ExprPtr& expr() const { return expr_; }
  [[nodiscard]] Where where() const { return where_; }
  /// True for a bare integer: it takes its width from what stands beside it.
  [[nodiscard]] bool bare() const { return bare_; }

 private:
  ExprPtr expr_;
  Where where_;
  bool bare_ = false;
};

/// A name that knows where it was given.
struct Name {
  std::string text;
  Where where;
  template <std::convertible_to<std::string> S>
  Name(S&& given, Where at = Where::current()) : text(std::forward<S>(given)), where(at) {}
};

}  // namespace hcl
