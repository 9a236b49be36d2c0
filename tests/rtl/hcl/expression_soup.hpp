// Random expressions, as hardware and as numbers: two readings of one recipe.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "rtl/hcl/hcl.hpp"

namespace hcl::test {

enum class Kind { boolean, natural, integer };

enum class Step {
  input,
  literal,
  add,
  subtract,
  wrapped_add,
  wrapped_subtract,
  multiply,
  negate,
  bit_and,
  bit_or,
  bit_xor,
  bit_not,
  equal,
  differs,
  below,
  at_most,
  above,
  at_least,
  above_constant,
  shift_up,
  shift_down,
  dynamic_up,
  dynamic_down,
  choose,
  join,
  slice,
  cut,
  widen,
  pick_bit,
  pick_part,
  other_sign,
  any,
  all,
  parity,
  ones,
  total,
};

/// One node; `a`, `b`, `c` are earlier nodes, `p`, `q` constants.
struct Node {
  Step step;
  Kind kind;
  int width;
  std::size_t a = 0, b = 0, c = 0;
  int p = 0, q = 0;
  std::uint64_t value = 0;
};

/// Widths stay at or below this: values fit 64 bits with room for products.
inline constexpr int widest = 56;

/// All ones in `width` bits.
[[nodiscard]] std::uint64_t ones(int width);
/// The value cut to the width, sign-extended if it is an integer.
[[nodiscard]] std::int64_t in_width(std::int64_t value, int width, Kind kind);

class Recipe {
 public:
  explicit Recipe(std::uint32_t seed, int steps = 60);
  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }
  [[nodiscard]] int inputs() const { return inputs_; }
  /// The value of every node, in its width: bits of a natural or Boolean, sign-extended of an
  /// integer.
  [[nodiscard]] std::vector<std::int64_t> evaluate(const std::vector<std::int64_t>& inputs) const;

 private:
  bool add(Step step);
  std::size_t pick(Kind kind);
  std::size_t pick_two(Kind& kind);
  int below(int limit) { return static_cast<int>(random_() % static_cast<std::uint32_t>(limit)); }

  std::mt19937 random_;
  std::vector<Node> nodes_;
  int inputs_ = 0;
};

/// A port of any kind.
struct AnyPort {
  std::vector<Bool> boolean;
  std::vector<UInt> natural;
  std::vector<SInt> integer;  ///< exactly one of the three has one element
};

struct SoupIo {
  std::vector<AnyPort> ports;  ///< by node
  SoupIo(Ports& p, std::uint32_t seed);
};

/// The hardware of a recipe: inputs `x0`, `x1`, ... and an output `y<number>` for each other node.
class Soup : public Module<SoupIo> {
 public:
  Soup(Context& at, std::uint32_t seed);
};

}  // namespace hcl::test
