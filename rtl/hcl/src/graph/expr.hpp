// The expressions of the typed graph: a DAG of immutable nodes over the signals of one module.
#pragma once

#include <cstdint>
#include <memory>
#include <source_location>
#include <vector>

#include "rtl/hcl/value.hpp"

namespace hcl::graph {

struct Module;
struct Signal;
struct Memory;
struct EnumType;
struct Constant;

enum class Op {
  literal,      ///< value, sign- or zero-extended from 64 bits
  signal,       ///< the current value of `signal`
  memory_read,  ///< word operands[0] of `memory`
  add,
  subtract,
  multiply,
  bit_and,
  bit_or,
  bit_xor,
  bit_not,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  shift_left,
  shift_right,  ///< operands[1] is the amount; the node is as wide as it computes
  mux,          ///< operands: condition, then, else
  concatenate,  ///< first is the most significant
  bits,         ///< [high:low] of operands[0]; signed only at the operand's top or with low = 0
  extend,       ///< to a larger width, by the operand's own sign
  reinterpret,  ///< same bits, other type
  bit_at,       ///< operands[0][operands[1]]
  part_at,      ///< operands[0][operands[1] * width +: width]
  reduce_or,
  reduce_and,
  reduce_xor,
  popcount,
};

/// A node. Operands of arithmetic, bitwise and comparison nodes may be narrower than the node
/// computes in: they extend.
struct Expr {
  Op op = Op::literal;
  int width = 1;
  bool is_signed = false;
  bool is_bool = false;
  std::vector<ExprPtr> operands;
  std::uint64_t value = 0;  ///< literal: the low 64 bits
  int high = 0, low = 0;    ///< bits
  const Signal* signal = nullptr;
  const Memory* memory = nullptr;
  const EnumType* states = nullptr;    ///< literal: it is one of these
  const Constant* constant = nullptr;  ///< literal: printed by this name
  Module* owner = nullptr;             ///< null for an expression of literals only
  std::source_location where;

  [[nodiscard]] bool is_literal() const { return op == Op::literal; }
};

/// Bits of the literal `node` above bit 63: all ones for a negative one.
[[nodiscard]] inline bool literal_negative(const Expr& node) {
  return node.is_signed && ((node.value >> (node.width < 64 ? node.width - 1 : 63)) & 1U) != 0;
}

}  // namespace hcl::graph
