// The text that is emitted means what docs/hcl.md says: random expressions in the simulator against their own arithmetic.
#include "rtl/hcl/expression_soup.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <bit>

#include "support/netlist_compare.hpp"
#include "verilator_tb/block.hpp"

namespace hcl::test {

namespace {

std::uint64_t ones(int width) { return width >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1; }

std::int64_t in_width(std::int64_t value, int width, Kind kind) {
  const auto bits = static_cast<std::uint64_t>(value) & ones(width);
  if (kind != Kind::integer || ((bits >> (width - 1)) & 1U) == 0) return static_cast<std::int64_t>(bits);
  return static_cast<std::int64_t>(bits | ~ones(width));
}

}  // namespace

Recipe::Recipe(std::uint32_t seed, int steps) : random_(seed) {
  for (const auto& [kind, width] : std::vector<std::pair<Kind, int>>{{Kind::natural, 8}, {Kind::natural, 5}, {Kind::integer, 8}, {Kind::integer, 3}, {Kind::boolean, 1},
                                                                     {Kind::natural, 16}, {Kind::integer, 13}, {Kind::natural, 1}, {Kind::boolean, 1}, {Kind::natural, 2}})
    nodes_.push_back({Step::input, kind, width});
  inputs_ = static_cast<int>(nodes_.size());
  while (static_cast<int>(nodes_.size()) < inputs_ + steps) add(static_cast<Step>(1 + below(static_cast<int>(Step::total))));
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
    case Step::input: return false;
    case Step::literal:
      n.width = 1 + below(20);
      n.value = static_cast<std::uint64_t>(in_width(static_cast<std::int64_t>(random_()), n.width, n.kind));
      break;
    case Step::add:
    case Step::subtract: n.width = wide + 1; break;
    case Step::wrapped_add:
    case Step::wrapped_subtract: n.width = wide; break;
    case Step::multiply: n.width = width + nodes_[n.b].width; break;
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
    case Step::at_least: n.kind = Kind::boolean; break;
    case Step::above_constant:
      n.p = below(1 << std::min(width - (n.kind == Kind::integer ? 1 : 0), 12));
      n.kind = Kind::boolean;
      break;
    case Step::shift_up: n.p = below(6); n.width = width + n.p; break;
    case Step::shift_down: n.p = below(10); n.width = std::max(width - n.p, 1); break;
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
    case Step::cut: n.width = 1 + below(width); break;
    case Step::widen: n.width = width + below(8); break;
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
      case Step::input: r = inputs[i]; break;
      case Step::literal: r = static_cast<std::int64_t>(n.value); break;
      case Step::add:
      case Step::wrapped_add: r = a + b; break;
      case Step::subtract:
      case Step::wrapped_subtract: r = a - b; break;
      case Step::multiply: r = a * b; break;
      case Step::negate: r = -a; break;
      case Step::bit_and: r = a & b; break;
      case Step::bit_or: r = a | b; break;
      case Step::bit_xor: r = a ^ b; break;
      case Step::bit_not: r = ~a; break;
      case Step::equal: r = a == b; break;
      case Step::differs: r = a != b; break;
      case Step::below: r = a < b; break;
      case Step::at_most: r = a <= b; break;
      case Step::above: r = a > b; break;
      case Step::at_least: r = a >= b; break;
      case Step::above_constant: r = a > n.p; break;
      case Step::shift_up: r = a << n.p; break;
      case Step::shift_down: r = a >> std::min(n.p, left.kind == Kind::integer ? left.width - 1 : 63); break;
      case Step::dynamic_up: r = b >= 63 ? 0 : a << b; break;
      case Step::dynamic_down: r = a >> std::min<std::int64_t>(b, 63); break;
      case Step::choose: r = c != 0 ? a : b; break;
      case Step::join: {
        const auto bits_b = static_cast<std::uint64_t>(b) & ones(nodes_[n.b].width);
        r = static_cast<std::int64_t>((raw << nodes_[n.b].width | bits_b) << 1 | static_cast<std::uint64_t>(c));
        break;
      }
      case Step::slice: r = static_cast<std::int64_t>(raw >> n.q); break;
      case Step::cut:
      case Step::widen:
      case Step::other_sign: r = a; break;
      case Step::pick_bit: r = static_cast<std::int64_t>(b >= left.width ? 0 : raw >> b & 1); break;
      case Step::pick_part: r = static_cast<std::int64_t>(b * n.p >= left.width ? 0 : raw >> (b * n.p)); break;
      case Step::any: r = raw != 0; break;
      case Step::all: r = raw == ones(left.width); break;
      case Step::parity: r = std::popcount(raw) & 1; break;
      case Step::ones: r = std::popcount(raw); break;
      case Step::total: r = a + b + c; break;
    }
    values[i] = in_width(r, n.width, n.kind);
  }
  return values;
}

SoupIo::SoupIo(Ports& p, std::uint32_t seed) {
  const Recipe recipe(seed);
  for (std::size_t i = 0; i < recipe.nodes().size(); ++i) {
    const Node& n = recipe.nodes()[i];
    const bool is_input = n.step == Step::input;
    const std::string name = fmt::format("{}{}", is_input ? "x" : "y", i);
    AnyPort& port = ports.emplace_back();
    if (n.kind == Kind::boolean) port.boolean.push_back(is_input ? p.input<Bool>(name) : p.output<Bool>(name));
    if (n.kind == Kind::natural) port.natural.push_back(is_input ? p.input<UInt>(name, n.width) : p.output<UInt>(name, n.width));
    if (n.kind == Kind::integer) port.integer.push_back(is_input ? p.input<SInt>(name, n.width) : p.output<SInt>(name, n.width));
  }
}

namespace {

/// A node as hardware.
AnyPort built(const Node& n, const std::vector<AnyPort>& values) {
  AnyPort r;
  const AnyPort &a = values[n.a], &b = values[n.b], &c = values[n.c];
  const auto by_kind = [&](auto&& function) {
    if (!a.natural.empty())
      function(r.natural, a.natural[0], b.natural.empty() ? a.natural[0] : b.natural[0]);
    else
      function(r.integer, a.integer[0], b.integer.empty() ? a.integer[0] : b.integer[0]);
  };
  const auto compared = [&](auto&& function) {
    if (!a.natural.empty())
      r.boolean.push_back(function(a.natural[0], b.natural[0]));
    else
      r.boolean.push_back(function(a.integer[0], b.integer[0]));
  };
  switch (n.step) {
    case Step::input: break;
    case Step::literal:
      if (n.kind == Kind::natural)
        r.natural.push_back(u(n.value, n.width));
      else
        r.integer.push_back(s(static_cast<std::int64_t>(n.value), n.width));
      break;
    case Step::add: by_kind([](auto& out, const auto& x, const auto& y) { out.push_back(x + y); }); break;
    case Step::subtract: by_kind([](auto& out, const auto& x, const auto& y) { out.push_back(x - y); }); break;
    case Step::wrapped_add: by_kind([](auto& out, const auto& x, const auto& y) { out.push_back((x + y).truncate(std::max(x.width(), y.width()))); }); break;
    case Step::wrapped_subtract: by_kind([](auto& out, const auto& x, const auto& y) { out.push_back((x - y).truncate(std::max(x.width(), y.width()))); }); break;
    case Step::multiply: by_kind([](auto& out, const auto& x, const auto& y) { out.push_back(x * y); }); break;
    case Step::negate: r.integer.push_back(-a.integer[0]); break;
    case Step::bit_and:
      if (!a.boolean.empty())
        r.boolean.push_back(a.boolean[0] & b.boolean[0]);
      else
        by_kind([](auto& out, const auto& x, const auto& y) { out.push_back(x & y); });
      break;
    case Step::bit_or:
      if (!a.boolean.empty())
        r.boolean.push_back(a.boolean[0] | b.boolean[0]);
      else
        by_kind([](auto& out, const auto& x, const auto& y) { out.push_back(x | y); });
      break;
    case Step::bit_xor:
      if (!a.boolean.empty())
        r.boolean.push_back(a.boolean[0] ^ b.boolean[0]);
      else
        by_kind([](auto& out, const auto& x, const auto& y) { out.push_back(x ^ y); });
      break;
    case Step::bit_not:
      if (!a.boolean.empty())
        r.boolean.push_back(!a.boolean[0]);
      else
        by_kind([](auto& out, const auto& x, const auto&) { out.push_back(~x); });
      break;
    case Step::equal: compared([](const auto& x, const auto& y) { return x == y; }); break;
    case Step::differs: compared([](const auto& x, const auto& y) { return x != y; }); break;
    case Step::below: compared([](const auto& x, const auto& y) { return x < y; }); break;
    case Step::at_most: compared([](const auto& x, const auto& y) { return x <= y; }); break;
    case Step::above: compared([](const auto& x, const auto& y) { return x > y; }); break;
    case Step::at_least: compared([](const auto& x, const auto& y) { return x >= y; }); break;
    case Step::above_constant: r.boolean.push_back(!a.natural.empty() ? a.natural[0] > n.p : a.integer[0] > n.p); break;
    case Step::shift_up: by_kind([&](auto& out, const auto& x, const auto&) { out.push_back(shl(x, n.p)); }); break;
    case Step::shift_down: by_kind([&](auto& out, const auto& x, const auto&) { out.push_back(shr(x, n.p)); }); break;
    case Step::dynamic_up: by_kind([&](auto& out, const auto& x, const auto&) { out.push_back(dshl(x, b.natural[0], n.width)); }); break;
    case Step::dynamic_down: by_kind([&](auto& out, const auto& x, const auto&) { out.push_back(dshr(x, b.natural[0])); }); break;
    case Step::choose:
      if (!a.boolean.empty())
        r.boolean.push_back(mux(c.boolean[0], a.boolean[0], b.boolean[0]));
      else
        by_kind([&](auto& out, const auto& x, const auto& y) { out.push_back(mux(c.boolean[0], x, y)); });
      break;
    case Step::join: r.natural.push_back(a.natural.empty() ? cat(a.integer[0], b.integer[0], c.boolean[0]) : cat(a.natural[0], b.integer[0], c.boolean[0])); break;
    case Step::slice: r.natural.push_back(a.natural.empty() ? a.integer[0].bits(n.p, n.q) : a.natural[0].bits(n.p, n.q)); break;
    case Step::cut: by_kind([&](auto& out, const auto& x, const auto&) { out.push_back(x.truncate(n.width)); }); break;
    case Step::widen: by_kind([&](auto& out, const auto& x, const auto&) { out.push_back(x.extend(n.width)); }); break;
    case Step::pick_bit: r.boolean.push_back(a.natural[0].bit_at(b.natural[0])); break;
    case Step::pick_part: r.natural.push_back(a.natural[0].part_at(b.natural[0], n.p)); break;
    case Step::other_sign:
      if (a.natural.empty())
        r.natural.push_back(a.integer[0].as_uint());
      else
        r.integer.push_back(a.natural[0].as_sint());
      break;
    case Step::any: r.boolean.push_back(reduce_or(a.natural[0])); break;
    case Step::all: r.boolean.push_back(reduce_and(a.natural[0])); break;
    case Step::parity: r.boolean.push_back(reduce_xor(a.natural[0])); break;
    case Step::ones: r.natural.push_back(popcount(a.natural[0])); break;
    case Step::total: r.integer.push_back(tree_sum(std::vector<SInt>{a.integer[0], b.integer[0], c.integer[0]})); break;
  }
  return r;
}

}  // namespace

Soup::Soup(Context& at, std::uint32_t seed) : Module(at, ModuleName("soup").with("SEED", seed), seed) {
  const Recipe recipe(seed);
  std::vector<AnyPort> values;
  for (std::size_t i = 0; i < recipe.nodes().size(); ++i) {
    const Node& n = recipe.nodes()[i];
    if (n.step == Step::input) {
      values.push_back(io.ports[i]);
      continue;
    }
    values.push_back(built(n, values));
    const AnyPort& value = values.back();
    EXPECT_EQ(value.boolean.size() + value.natural.size() + value.integer.size(), 1U);
    if (n.kind == Kind::boolean) io.ports[i].boolean[0] <<= value.boolean.at(0);
    if (n.kind == Kind::natural) io.ports[i].natural[0] <<= value.natural.at(0);
    if (n.kind == Kind::integer) io.ports[i].integer[0] <<= value.integer.at(0);
  }
}

namespace {

class ExpressionSoup : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(ExpressionSoup, TheSimulatorAgreesWithArithmetic) {
  const Recipe recipe(GetParam());
  sd::tb::Block block(elaborate<Soup>(GetParam()));
  std::mt19937_64 random(GetParam());
  for (int round = 0; round < 200; ++round) {
    std::vector<std::int64_t> inputs;
    for (int i = 0; i < recipe.inputs(); ++i) {
      const Node& n = recipe.nodes()[static_cast<std::size_t>(i)];
      // Corners as well as anything.
      const std::uint64_t anything = random();
      const std::uint64_t corner = std::uint64_t{1} << (n.width - 1);
      const std::uint64_t bits = round % 4 == 0 ? (anything % 3 == 0 ? corner : anything % 3 == 1 ? corner - 1 : ~std::uint64_t{0}) : anything;
      inputs.push_back(in_width(static_cast<std::int64_t>(bits), n.width, n.kind));
      block.poke(fmt::format("x{}_i", i), bits & ones(n.width));
    }
    const std::vector<std::int64_t> expected = recipe.evaluate(inputs);
    for (std::size_t i = static_cast<std::size_t>(recipe.inputs()); i < expected.size(); ++i) {
      const Node& n = recipe.nodes()[i];
      const std::string port = fmt::format("y{}_o", i);
      ASSERT_EQ(n.kind == Kind::integer ? block.peek_signed(port) : static_cast<std::int64_t>(block.peek(port)), expected[i])
          << port << ", step " << static_cast<int>(n.step) << ", round " << round;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ExpressionSoup, ::testing::Range(1U, 5U));

struct SoupsIo {
  Bool unused;
  explicit SoupsIo(Ports& p) : unused(p.input<Bool>("unused")) {}
};
/// Many of them under one roof, so that the tools run once.
class Soups : public Module<SoupsIo> {
 public:
  Soups(Context& at, std::uint32_t first, std::uint32_t count) : Module(at, ModuleName("soups")) {
    for (std::uint32_t seed = first; seed < first + count; ++seed) {
      auto soup = instance<Soup>(fmt::format("u_soup{}", seed), seed);
      for (const AnyPort& port : soup.ports) {
        // Outputs stay open; inputs get something.
        for (const Bool& x : port.boolean) drive_if_input(x, [&] { x <<= io.unused; });
        for (const UInt& x : port.natural) drive_if_input(x, [&] { x <<= io.unused.as_uint(); });
        for (const SInt& x : port.integer) drive_if_input(x, [&] { x <<= 0; });
      }
      inputs_left_ = 0;
    }
  }

 private:
  template <class T, class F>
  void drive_if_input(const T&, F&& drive) {
    if (inputs_left_++ < Recipe(1, 0).inputs()) drive();
  }
  int inputs_left_ = 0;
};

TEST(ExpressionSoup, BothToolsMeanTheSameByIt) {
  const Design design = elaborate<Soups>(100U, 16U);
  EXPECT_EQ(sd::test::lint(design), "");
  const sd::test::NetlistComparison result = sd::test::compare_with_netlist(design);
  EXPECT_EQ(result.modules, 17);
  EXPECT_GT(result.outputs, 900);
  for (const auto& d : result.differences) ADD_FAILURE() << d.module << "." << d.port << " differs in cycle " << d.cycle;
}

}  // namespace
}  // namespace hcl::test
