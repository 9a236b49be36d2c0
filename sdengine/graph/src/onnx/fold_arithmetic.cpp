// Element-wise arithmetic, comparison and conversion.
#include <array>
#include <cmath>
#include <limits>

#include "fold.hpp"

namespace sd::graph {
namespace {

constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();

[[noreturn]] void overflow(const Node& node) {
  node.fail("computes an integer that does not fit into 64 bits");
}

std::int64_t checked_add(const Node& node, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  if (__builtin_add_overflow(a, b, &result)) overflow(node);
  return result;
}

std::int64_t checked_subtract(const Node& node, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  if (__builtin_sub_overflow(a, b, &result)) overflow(node);
  return result;
}

std::int64_t checked_multiply(const Node& node, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  if (__builtin_mul_overflow(a, b, &result)) overflow(node);
  return result;
}

std::int64_t checked_divide(const Node& node, std::int64_t a, std::int64_t b) {
  if (b == 0) node.fail("divides an integer by zero");
  if (a == lowest && b == -1) overflow(node);
  return a / b;
}

std::int64_t checked_modulo(const Node& node, std::int64_t a, std::int64_t b) {
  if (b == 0) node.fail("divides an integer by zero");
  if (b == -1) return 0;
  const std::int64_t rest = a % b;  // C sign; ONNX takes the divisor's unless fmod is set
  const bool other_sign = rest != 0 && (rest < 0) != (b < 0);
  return node.integer("fmod", 0) == 0 && other_sign ? rest + b : rest;
}

struct Broadcasted {
  Dims dims;
  std::vector<std::size_t> a, b;
};

Broadcasted join(const Node& node, const Constant& a, const Constant& b, FoldBudget& budget) {
  Broadcasted result;
  result.dims = broadcast(node, a.dims, b.dims);
  budget.spend(node, element_count(result.dims, "the result of " + node.where()));
  result.a = broadcast_source(a.dims, result.dims);
  result.b = broadcast_source(b.dims, result.dims);
  return result;
}

/// The two operands must be of one type; the result has it too.
template <typename IntegerFunction, typename FloatFunction>
Constant element_wise(const Node& node, Operands in, FoldBudget& budget,
                      IntegerFunction on_integers, FloatFunction on_floats) {
  const Constant& a = operand(node, in, 0);
  const Constant& b = operand(node, in, 1);
  if (a.floating != b.floating) node.fail("mixes integers and floating-point numbers");
  if (in.size() > 2) node.fail("has more than two inputs, which is not supported");
  if (a.floating && a.dims == b.dims) {  // weights, which may be many
    budget.spend(node, a.size());
    Constant result = a;
    for (std::size_t i = 0; i < a.size(); ++i)
      result.floats[i] = on_floats(a.floats[i], b.floats[i]);
    return result;
  }
  const Broadcasted at = join(node, a, b, budget);
  Constant result{at.dims, a.floating, {}, {}};
  for (std::size_t i = 0; i < at.a.size(); ++i) {
    if (a.floating) {
      result.floats.push_back(on_floats(a.floats[at.a[i]], b.floats[at.b[i]]));
    } else {
      result.integers.push_back(on_integers(node, a.integers[at.a[i]], b.integers[at.b[i]]));
    }
  }
  return result;
}

Constant add(const Node& node, Operands in, FoldBudget& budget) {
  return element_wise(node, in, budget, checked_add, [](float a, float b) { return a + b; });
}
Constant subtract(const Node& node, Operands in, FoldBudget& budget) {
  return element_wise(node, in, budget, checked_subtract, [](float a, float b) { return a - b; });
}
Constant multiply(const Node& node, Operands in, FoldBudget& budget) {
  return element_wise(node, in, budget, checked_multiply, [](float a, float b) { return a * b; });
}
Constant divide(const Node& node, Operands in, FoldBudget& budget) {
  return element_wise(node, in, budget, checked_divide, [](float a, float b) { return a / b; });
}
Constant modulo(const Node& node, Operands in, FoldBudget& budget) {
  return element_wise(node, in, budget, checked_modulo,
                      [](float a, float b) { return std::fmod(a, b); });
}
Constant minimum(const Node& node, Operands in, FoldBudget& budget) {
  return element_wise(
      node, in, budget, [](const Node&, std::int64_t a, std::int64_t b) { return std::min(a, b); },
      [](float a, float b) { return std::min(a, b); });
}
Constant maximum(const Node& node, Operands in, FoldBudget& budget) {
  return element_wise(
      node, in, budget, [](const Node&, std::int64_t a, std::int64_t b) { return std::max(a, b); },
      [](float a, float b) { return std::max(a, b); });
}

/// The result is 0 or 1.
template <typename Function>
Constant compare(const Node& node, Operands in, FoldBudget& budget, Function function) {
  const Constant& a = operand(node, in, 0);
  const Constant& b = operand(node, in, 1);
  if (a.floating != b.floating) node.fail("compares integers with floating-point numbers");
  const Broadcasted at = join(node, a, b, budget);
  Constant result{at.dims, false, {}, {}};
  for (std::size_t i = 0; i < at.a.size(); ++i) {
    const bool truth = a.floating ? function(a.floats[at.a[i]], b.floats[at.b[i]])
                                  : function(a.integers[at.a[i]], b.integers[at.b[i]]);
    result.integers.push_back(truth ? 1 : 0);
  }
  return result;
}

Constant equal(const Node& node, Operands in, FoldBudget& budget) {
  return compare(node, in, budget, [](auto a, auto b) { return a == b; });
}
Constant greater(const Node& node, Operands in, FoldBudget& budget) {
  return compare(node, in, budget, [](auto a, auto b) { return a > b; });
}
Constant less(const Node& node, Operands in, FoldBudget& budget) {
  return compare(node, in, budget, [](auto a, auto b) { return a < b; });
}
Constant both(const Node& node, Operands in, FoldBudget& budget) {
  return compare(node, in, budget, [](auto a, auto b) { return a != 0 && b != 0; });
}
Constant either(const Node& node, Operands in, FoldBudget& budget) {
  return compare(node, in, budget, [](auto a, auto b) { return a != 0 || b != 0; });
}

/// One operand; the result has its type and shape.
template <typename IntegerFunction, typename FloatFunction>
Constant unary(const Node& node, Operands in, FoldBudget& budget, IntegerFunction on_integers,
               FloatFunction on_floats) {
  Constant result = operand(node, in, 0);
  budget.spend(node, result.size());
  for (float& value : result.floats) value = on_floats(value);
  for (std::int64_t& value : result.integers) value = on_integers(node, value);
  return result;
}

std::int64_t same(const Node& /*node*/, std::int64_t value) {
  return value;
}
std::int64_t negative(const Node& node, std::int64_t value) {
  return checked_subtract(node, 0, value);
}
std::int64_t magnitude(const Node& node, std::int64_t value) {
  return value < 0 ? negative(node, value) : value;
}

Constant negate(const Node& node, Operands in, FoldBudget& budget) {
  return unary(node, in, budget, negative, [](float value) { return -value; });
}
Constant absolute(const Node& node, Operands in, FoldBudget& budget) {
  return unary(node, in, budget, magnitude, [](float value) { return std::abs(value); });
}
Constant logical_not(const Node& node, Operands in, FoldBudget& budget) {
  if (operand(node, in, 0).floating) node.fail("negates floating-point numbers");
  return unary(
      node, in, budget,
      [](const Node&, std::int64_t value) -> std::int64_t { return value == 0 ? 1 : 0; },
      [](float value) { return value; });
}
Constant floor_of(const Node& node, Operands in, FoldBudget& budget) {
  return unary(node, in, budget, same, [](float value) { return std::floor(value); });
}
Constant ceiling_of(const Node& node, Operands in, FoldBudget& budget) {
  return unary(node, in, budget, same, [](float value) { return std::ceil(value); });
}
Constant square_root(const Node& node, Operands in, FoldBudget& budget) {
  if (!operand(node, in, 0).floating) node.fail("takes the square root of integers");
  return unary(node, in, budget, same, [](float value) { return std::sqrt(value); });
}

Constant exponential(const Node& node, Operands in, FoldBudget& budget) {
  if (!operand(node, in, 0).floating) node.fail("takes the exponential of integers");
  return unary(node, in, budget, same, [](float value) { return std::exp(value); });
}
Constant reciprocal(const Node& node, Operands in, FoldBudget& budget) {
  if (!operand(node, in, 0).floating) node.fail("takes the reciprocal of integers");
  return unary(node, in, budget, same, [](float value) { return 1.0F / value; });
}
Constant power(const Node& node, Operands in, FoldBudget& budget) {
  if (!operand(node, in, 0).floating) node.fail("takes a power of integers");
  return element_wise(
      node, in, budget, [](const Node&, std::int64_t a, std::int64_t) { return a; },
      [](float a, float b) { return std::pow(a, b); });
}

std::int64_t to_integer(const Node& node, float value) {
  if (!(std::abs(value) < 9.0e18F)) node.fail("converts {} to an integer", value);
  return static_cast<std::int64_t>(value);
}

/// Narrow integer types wrap as in C.
std::int64_t narrowed(std::int64_t value, std::int64_t type) {
  switch (type) {
    case onnx::TensorProto::INT32:
      return static_cast<std::int32_t>(value);
    case onnx::TensorProto::INT16:
      return static_cast<std::int16_t>(value);
    case onnx::TensorProto::INT8:
      return static_cast<std::int8_t>(value);
    case onnx::TensorProto::UINT32:
      return static_cast<std::uint32_t>(value);
    case onnx::TensorProto::UINT16:
      return static_cast<std::uint16_t>(value);
    case onnx::TensorProto::UINT8:
      return static_cast<std::uint8_t>(value);
    default:
      return value;
  }
}

Constant cast(const Node& node, Operands in, FoldBudget& budget) {
  const Constant& from = operand(node, in, 0);
  const std::int64_t type = node.integer("to", 0);
  Constant result{from.dims, false, {}, {}};
  budget.spend(node, from.size());
  switch (type) {
    case onnx::TensorProto::FLOAT:
    case onnx::TensorProto::DOUBLE:
    case onnx::TensorProto::FLOAT16:
      result.floating = true;
      result.floats = from.floats;
      for (const std::int64_t value : from.integers)
        result.floats.push_back(static_cast<float>(value));
      break;
    case onnx::TensorProto::BOOL:
      for (const float value : from.floats) result.integers.push_back(value != 0 ? 1 : 0);
      for (const std::int64_t value : from.integers) result.integers.push_back(value != 0 ? 1 : 0);
      break;
    case onnx::TensorProto::INT64:
    case onnx::TensorProto::INT32:
    case onnx::TensorProto::INT16:
    case onnx::TensorProto::INT8:
    case onnx::TensorProto::UINT64:
    case onnx::TensorProto::UINT32:
    case onnx::TensorProto::UINT16:
    case onnx::TensorProto::UINT8:
      for (const float value : from.floats)
        result.integers.push_back(narrowed(to_integer(node, value), type));
      for (const std::int64_t value : from.integers)
        result.integers.push_back(narrowed(value, type));
      break;
    default:
      node.fail("converts to element type {}, which is not supported", type);
  }
  return result;
}

}  // namespace

std::span<const FoldEntry> arithmetic_folds() {
  static constexpr std::array<FoldEntry, 22> entries{
      {{"Add", add},         {"Sub", subtract},
       {"Mul", multiply},    {"Div", divide},
       {"Mod", modulo},      {"Min", minimum},
       {"Max", maximum},     {"Equal", equal},
       {"Greater", greater}, {"Less", less},
       {"And", both},        {"Or", either},
       {"Not", logical_not}, {"Neg", negate},
       {"Abs", absolute},    {"Floor", floor_of},
       {"Ceil", ceiling_of}, {"Sqrt", square_root},
       {"Exp", exponential}, {"Reciprocal", reciprocal},
       {"Pow", power},       {"Cast", cast}}};
  return entries;
}

}  // namespace sd::graph
