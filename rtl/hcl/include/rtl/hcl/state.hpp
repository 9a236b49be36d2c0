// State registers over a C++ enum class, emitted as a SystemVerilog enum.
#pragma once

#include <type_traits>

#include "rtl/hcl/bundle.hpp"

namespace hcl {

template <class E>
concept Enumeration = std::is_enum_v<E>;

/// A state as an operand, with the line where it stands.
template <Enumeration E>
struct EnumArg {
  E value;
  Where where;
  EnumArg(E v, Where at = Where::current()) : value(v), where(at) {}
  [[nodiscard]] std::int64_t number() const { return static_cast<std::int64_t>(value); }
};

namespace detail {
ExprPtr state_is(const ExprPtr& state, std::int64_t value, bool equal, Where where);
void drive_state(const ExprPtr& state, std::int64_t value, Where where);
void drive_state(const ExprPtr& state, const ExprPtr& condition, std::int64_t a, std::int64_t b,
                 Where where);
UInt state_bits(const ExprPtr& state, Where where);
}  // namespace detail

/// Either of two states: `state <<= mux(last, Phase::idle, Phase::run)`.
template <Enumeration E>
struct EnumChoice {
  Bool condition;
  E a, b;
  Where where;
};

template <Enumeration E>
class State {
 public:
  explicit State(ExprPtr expr) : expr_(std::move(expr)) {}
  State(const State&) = default;
  State& operator=(const State&) = delete;

  void operator<<=(const EnumArg<E>& next) const {
    detail::drive_state(expr_, next.number(), next.where);
  }
  void operator<<=(const EnumChoice<E>& next) const {
    detail::drive_state(expr_, next.condition.expr(), static_cast<std::int64_t>(next.a),
                        static_cast<std::int64_t>(next.b), next.where);
  }
  [[nodiscard]] UInt as_uint(Where where = Where::current()) const {
    return detail::state_bits(expr_, where);
  }
  [[nodiscard]] const ExprPtr& expr() const { return expr_; }

  friend Bool operator==(const State& state, const EnumArg<E>& value) {
    return Bool(detail::state_is(state.expr_, value.number(), true, value.where));
  }
  friend Bool operator!=(const State& state, const EnumArg<E>& value) {
    return Bool(detail::state_is(state.expr_, value.number(), false, value.where));
  }

 private:
  ExprPtr expr_;
};

template <Enumeration E>
[[nodiscard]] EnumChoice<E> mux(const Arg<Bool>& condition, E a, E b) {
  return {Bool(condition.expr()), a, b, condition.where()};
}

/// A value of a C++ enum class as a field of ports and bundles: its number.
/// `f.field<Enum<Phase>>("phase", 3)` for an enumeration of 0, 1, 2.
template <Enumeration E>
struct Enum {
  UInt code;
  Enum(Fields& f, int count) : code(f.field<UInt>(Name(std::string()), clog2(count))) {}

  void operator<<=(const EnumArg<E>& value) const {
    code <<= Arg<UInt>(value.number(), value.where);
  }
  void operator<<=(const State<E>& state) const { code <<= state.as_uint(); }
  friend Bool operator==(const Enum& a, const EnumArg<E>& b) {
    return Arg<UInt>(a.code, b.where) == Arg<UInt>(b.number(), b.where);
  }
  friend Bool operator!=(const Enum& a, const EnumArg<E>& b) {
    return Arg<UInt>(a.code, b.where) != Arg<UInt>(b.number(), b.where);
  }
};

}  // namespace hcl
