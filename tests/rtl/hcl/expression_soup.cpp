#include "rtl/hcl/expression_soup.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace hcl::test {

SoupIo::SoupIo(Ports& p, std::uint32_t seed) {
  const Recipe recipe(seed);
  for (std::size_t i = 0; i < recipe.nodes().size(); ++i) {
    const Node& n = recipe.nodes()[i];
    const bool is_input = n.step == Step::input;
    const std::string name = fmt::format("{}{}", is_input ? "x" : "y", i);
    AnyPort& port = ports.emplace_back();
    if (n.kind == Kind::boolean)
      port.boolean.push_back(is_input ? p.input<Bool>(name) : p.output<Bool>(name));
    if (n.kind == Kind::natural)
      port.natural.push_back(is_input ? p.input<UInt>(name, n.width)
                                      : p.output<UInt>(name, n.width));
    if (n.kind == Kind::integer)
      port.integer.push_back(is_input ? p.input<SInt>(name, n.width)
                                      : p.output<SInt>(name, n.width));
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
    case Step::input:
      break;
    case Step::literal:
      if (n.kind == Kind::natural)
        r.natural.push_back(u(n.value, n.width));
      else
        r.integer.push_back(s(static_cast<std::int64_t>(n.value), n.width));
      break;
    case Step::add:
      by_kind([](auto& out, const auto& x, const auto& y) { out.push_back(x + y); });
      break;
    case Step::subtract:
      by_kind([](auto& out, const auto& x, const auto& y) { out.push_back(x - y); });
      break;
    case Step::wrapped_add:
      by_kind([](auto& out, const auto& x, const auto& y) {
        out.push_back((x + y).truncate(std::max(x.width(), y.width())));
      });
      break;
    case Step::wrapped_subtract:
      by_kind([](auto& out, const auto& x, const auto& y) {
        out.push_back((x - y).truncate(std::max(x.width(), y.width())));
      });
      break;
    case Step::multiply:
      by_kind([](auto& out, const auto& x, const auto& y) { out.push_back(x * y); });
      break;
    case Step::negate:
      r.integer.push_back(-a.integer[0]);
      break;
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
    case Step::equal:
      compared([](const auto& x, const auto& y) { return x == y; });
      break;
    case Step::differs:
      compared([](const auto& x, const auto& y) { return x != y; });
      break;
    case Step::below:
      compared([](const auto& x, const auto& y) { return x < y; });
      break;
    case Step::at_most:
      compared([](const auto& x, const auto& y) { return x <= y; });
      break;
    case Step::above:
      compared([](const auto& x, const auto& y) { return x > y; });
      break;
    case Step::at_least:
      compared([](const auto& x, const auto& y) { return x >= y; });
      break;
    case Step::above_constant:
      r.boolean.push_back(!a.natural.empty() ? a.natural[0] > n.p : a.integer[0] > n.p);
      break;
    case Step::shift_up:
      by_kind([&](auto& out, const auto& x, const auto&) { out.push_back(shl(x, n.p)); });
      break;
    case Step::shift_down:
      by_kind([&](auto& out, const auto& x, const auto&) { out.push_back(shr(x, n.p)); });
      break;
    case Step::dynamic_up:
      by_kind([&](auto& out, const auto& x, const auto&) {
        out.push_back(dshl(x, b.natural[0], n.width));
      });
      break;
    case Step::dynamic_down:
      by_kind([&](auto& out, const auto& x, const auto&) { out.push_back(dshr(x, b.natural[0])); });
      break;
    case Step::choose:
      if (!a.boolean.empty())
        r.boolean.push_back(mux(c.boolean[0], a.boolean[0], b.boolean[0]));
      else
        by_kind([&](auto& out, const auto& x, const auto& y) {
          out.push_back(mux(c.boolean[0], x, y));
        });
      break;
    case Step::join:
      r.natural.push_back(a.natural.empty() ? cat(a.integer[0], b.integer[0], c.boolean[0])
                                            : cat(a.natural[0], b.integer[0], c.boolean[0]));
      break;
    case Step::slice:
      r.natural.push_back(a.natural.empty() ? a.integer[0].bits(n.p, n.q)
                                            : a.natural[0].bits(n.p, n.q));
      break;
    case Step::cut:
      by_kind([&](auto& out, const auto& x, const auto&) { out.push_back(x.truncate(n.width)); });
      break;
    case Step::widen:
      by_kind([&](auto& out, const auto& x, const auto&) { out.push_back(x.extend(n.width)); });
      break;
    case Step::pick_bit:
      r.boolean.push_back(a.natural[0].bit_at(b.natural[0]));
      break;
    case Step::pick_part:
      r.natural.push_back(a.natural[0].part_at(b.natural[0], n.p));
      break;
    case Step::other_sign:
      if (a.natural.empty())
        r.natural.push_back(a.integer[0].as_uint());
      else
        r.integer.push_back(a.natural[0].as_sint());
      break;
    case Step::any:
      r.boolean.push_back(reduce_or(a.natural[0]));
      break;
    case Step::all:
      r.boolean.push_back(reduce_and(a.natural[0]));
      break;
    case Step::parity:
      r.boolean.push_back(reduce_xor(a.natural[0]));
      break;
    case Step::ones:
      r.natural.push_back(popcount(a.natural[0]));
      break;
    case Step::total:
      r.integer.push_back(tree_sum(std::vector<SInt>{a.integer[0], b.integer[0], c.integer[0]}));
      break;
  }
  return r;
}

}  // namespace

Soup::Soup(Context& at, std::uint32_t seed)
    : Module(at, ModuleName("soup").with("SEED", seed), seed) {
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
    if (value.boolean.size() + value.natural.size() + value.integer.size() != 1)
      throw std::logic_error("a step of the soup has no hardware");
    if (n.kind == Kind::boolean) io.ports[i].boolean[0] <<= value.boolean.at(0);
    if (n.kind == Kind::natural) io.ports[i].natural[0] <<= value.natural.at(0);
    if (n.kind == Kind::integer) io.ports[i].integer[0] <<= value.integer.at(0);
  }
}

}  // namespace hcl::test
