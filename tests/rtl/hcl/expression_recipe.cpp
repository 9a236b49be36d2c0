#include <algorithm>
#include <bit>

#include "rtl/hcl/expression_soup.hpp"

namespace hcl::test {

std::uint64_t ones(int width) {
  return width >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
}

std::int64_t in_width(std::int64_t value, int width, Kind kind) {
  const auto bits = static_cast<std::uint64_t>(value) & ones(width);
  if (kind != Kind::integer || ((bits >> (width - 1)) & 1U) == 0)
    return static_cast<std::int64_t>(bits);
  return static_cast<std::int64_t>(bits | ~ones(width));
}

Recipe::Recipe(std::uint32_t seed, int steps) : random_(seed) {
  for (const auto& [kind, width] : std::vector<std::pair<Kind, int>>{{Kind::natural, 8},
                                                                     {Kind::natural, 5},
                                                                     {Kind::integer, 8},
                                                                     {Kind::integer, 3},
                                                                     {Kind::boolean, 1},
                                                                     {Kind::natural, 16},
                                                                     {Kind::integer, 13},
                                                                     {Kind::natural, 1},
                                                                     {Kind::boolean, 1},
                                                                     {Kind::natural, 2}})
    nodes_.push_back({Step::input, kind, width});
  inputs_ = static_cast<int>(nodes_.size());
  while (static_cast<int>(nodes_.size()) < inputs_ + steps)
    add(static_cast<Step>(1 + below(static_cast<int>(Step::total))));
}

std::size_t Recipe::pick(Kind kind) {
  for (;;) {
    const std::size_t node = random_() % nodes_.size();
    if (nodes_[node].kind == kind) return node;
  }
}

bool Recipe::add(Step step) {
  Node n{step, below(2) == 0 ? Kind::natural : Kind::integer, 1};
  n.a = pick(n.kind);
  n.b = pick(n.kind);
  if (n.a == n.b) return false;  // x - x is a constant, and Verilator says so
  int wide = std::max(nodes_[n.a].width, nodes_[n.b].width);
  const int width = nodes_[n.a].width;
  switch (step) {
    case Step::input:
      return false;
    case Step::literal:
      n.width = 1 + below(20);
      n.value = static_cast<std::uint64_t>(
          in_width(static_cast<std::int64_t>(random_()), n.width, n.kind));
      break;
    case Step::add:
    case Step::subtract:
      n.width = wide + 1;
      break;
    case Step::wrapped_add:
    case Step::wrapped_subtract:
      n.width = wide;
      break;
    case Step::multiply:
      n.width = width + nodes_[n.b].width;
      break;
    case Step::negate:
      n.kind = Kind::integer;
      n.a = pick(n.kind);
      n.width = nodes_[n.a].width + 1;
      break;
    case Step::bit_and:
    case Step::bit_or:
    case Step::bit_xor:
      if (below(3) == 0) {
        n.kind = Kind::boolean;
        n.a = pick(n.kind);
        n.b = pick(n.kind);
        wide = 1;
      }
      n.width = wide;
      break;
    case Step::bit_not:
      if (below(3) == 0) {
        n.kind = Kind::boolean;
        n.a = pick(n.kind);
      }
      n.width = nodes_[n.a].width;
      break;
    case Step::equal:
    case Step::differs:
    case Step::below:
    case Step::at_most:
    case Step::above:
    case Step::at_least:
      n.kind = Kind::boolean;
      break;
    case Step::above_constant:
      n.p = below(1 << std::min(width - (n.kind == Kind::integer ? 1 : 0), 12));
      n.kind = Kind::boolean;
      break;
    case Step::shift_up:
      n.p = below(6);
      n.width = width + n.p;
      break;
    case Step::shift_down:
      n.p = below(10);
      n.width = std::max(width - n.p, 1);
      break;
    case Step::dynamic_up:
      n.b = pick(Kind::natural);
      if (nodes_[n.b].width > 5) return false;
      n.width = 1 + below(24);
      break;
    case Step::dynamic_down:
      n.b = pick(Kind::natural);
      if (nodes_[n.b].width > 8) return false;
      n.width = width;
      break;
    case Step::choose:
      if (below(4) == 0) {
        n.kind = Kind::boolean;
        n.a = pick(n.kind);
        n.b = pick(n.kind);
        wide = 1;
      }
      n.c = pick(Kind::boolean);
      n.width = wide;
      break;
    case Step::join:
      n.kind = Kind::natural;
      n.b = pick(Kind::integer);
      n.c = pick(Kind::boolean);
      n.width = width + nodes_[n.b].width + 1;
      break;
    case Step::slice:
      n.q = below(width);
      n.p = n.q + below(width - n.q);
      n.kind = Kind::natural;
      n.width = n.p - n.q + 1;
      break;
    case Step::cut:
      n.width = 1 + below(width);
      break;
    case Step::widen:
      n.width = width + below(8);
      break;
    case Step::pick_bit:
      n.a = pick(Kind::natural);
      n.b = pick(Kind::natural);
      if (nodes_[n.b].width > clog2(nodes_[n.a].width)) return false;
      n.kind = Kind::boolean;
      break;
    case Step::pick_part:
      n.a = pick(Kind::natural);
      n.b = pick(Kind::natural);
      n.p = 1 + below(9);
      if (nodes_[n.b].width > clog2((nodes_[n.a].width + n.p - 1) / n.p)) return false;
      n.kind = Kind::natural;
      n.width = n.p;
      break;
    case Step::other_sign:
      n.width = width;
      n.kind = n.kind == Kind::natural ? Kind::integer : Kind::natural;
      break;
    case Step::any:
    case Step::all:
    case Step::parity:
      n.a = pick(Kind::natural);
      n.kind = Kind::boolean;
      break;
    case Step::ones:
      n.a = pick(Kind::natural);
      n.kind = Kind::natural;
      n.width = static_cast<int>(std::bit_width(static_cast<unsigned>(nodes_[n.a].width)));
      break;
    case Step::total:
      n.kind = Kind::integer;
      n.a = pick(n.kind);
      n.b = pick(n.kind);
      n.c = pick(n.kind);
      n.width = std::max(std::max(nodes_[n.a].width, nodes_[n.b].width) + 1, nodes_[n.c].width) + 1;
      break;
  }
  if (n.width > widest) return false;
  nodes_.push_back(n);
  return true;
}

std::vector<std::int64_t> Recipe::evaluate(const std::vector<std::int64_t>& inputs) const {
  std::vector<std::int64_t> values(nodes_.size());
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Node& n = nodes_[i];
    const Node& left = nodes_[n.a];
    const std::int64_t a = values[n.a], b = values[n.b], c = values[n.c];
    const std::uint64_t raw = static_cast<std::uint64_t>(a) & ones(left.width);
    std::int64_t r = 0;
    switch (n.step) {
      case Step::input:
        r = inputs[i];
        break;
      case Step::literal:
        r = static_cast<std::int64_t>(n.value);
        break;
      case Step::add:
      case Step::wrapped_add:
        r = a + b;
        break;
      case Step::subtract:
      case Step::wrapped_subtract:
        r = a - b;
        break;
      case Step::multiply:
        r = a * b;
        break;
      case Step::negate:
        r = -a;
        break;
      case Step::bit_and:
        r = a & b;
        break;
      case Step::bit_or:
        r = a | b;
        break;
      case Step::bit_xor:
        r = a ^ b;
        break;
      case Step::bit_not:
        r = ~a;
        break;
      case Step::equal:
        r = a == b;
        break;
      case Step::differs:
        r = a != b;
        break;
      case Step::below:
        r = a < b;
        break;
      case Step::at_most:
        r = a <= b;
        break;
      case Step::above:
        r = a > b;
        break;
      case Step::at_least:
        r = a >= b;
        break;
      case Step::above_constant:
        r = a > n.p;
        break;
      case Step::shift_up:
        r = a << n.p;
        break;
      case Step::shift_down:
        r = a >> std::min(n.p, left.kind == Kind::integer ? left.width - 1 : 63);
        break;
      case Step::dynamic_up:
        r = b >= 63 ? 0 : a << b;
        break;
      case Step::dynamic_down:
        r = a >> std::min<std::int64_t>(b, 63);
        break;
      case Step::choose:
        r = c != 0 ? a : b;
        break;
      case Step::join: {
        const auto bits_b = static_cast<std::uint64_t>(b) & ones(nodes_[n.b].width);
        r = static_cast<std::int64_t>((raw << nodes_[n.b].width | bits_b) << 1 |
                                      static_cast<std::uint64_t>(c));
        break;
      }
      case Step::slice:
        r = static_cast<std::int64_t>(raw >> n.q);
        break;
      case Step::cut:
      case Step::widen:
      case Step::other_sign:
        r = a;
        break;
      case Step::pick_bit:
        r = static_cast<std::int64_t>(b >= left.width ? 0 : raw >> b & 1);
        break;
      case Step::pick_part:
        r = static_cast<std::int64_t>(b * n.p >= left.width ? 0 : raw >> (b * n.p));
        break;
      case Step::any:
        r = raw != 0;
        break;
      case Step::all:
        r = raw == ones(left.width);
        break;
      case Step::parity:
        r = std::popcount(raw) & 1;
        break;
      case Step::ones:
        r = std::popcount(raw);
        break;
      case Step::total:
        r = a + b + c;
        break;
    }
    values[i] = in_width(r, n.width, n.kind);
  }
  return values;
}

}  // namespace hcl::test
