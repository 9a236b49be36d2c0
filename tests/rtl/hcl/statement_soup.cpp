#include "rtl/hcl/statement_soup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace hcl::test {

namespace {

class Maker {
 public:
  explicit Maker(std::uint32_t seed) : random_(seed) {}

  std::vector<SoupStatement> block(int depth) {
    std::vector<SoupStatement> made;
    std::set<int> driven;  // a second drive in one block is an error of the designer
    const int count = 1 + below(4);
    for (int i = 0; i < count; ++i) {
      const SoupStatement next = statement(depth);
      std::set<int> targets;
      collect(next, targets);
      const bool is_drive = next.form == SoupStatement::Form::drive_wire ||
                            next.form == SoupStatement::Form::drive_register;
      if (is_drive && driven.contains(*targets.begin())) continue;
      driven.insert(targets.begin(), targets.end());
      made.push_back(next);
    }
    return made;
  }

 private:
  int below(int limit) { return static_cast<int>(random_() % static_cast<std::uint32_t>(limit)); }

  static void collect(const SoupStatement& s, std::set<int>& targets) {
    if (s.form == SoupStatement::Form::drive_wire) targets.insert(s.target);
    if (s.form == SoupStatement::Form::drive_register) targets.insert(100 + s.target);
    for (const auto& branch : s.branches)
      for (const SoupStatement& inner : branch) collect(inner, targets);
  }

  SoupStatement statement(int depth) {
    SoupStatement s;
    const int kind = depth > 0 ? below(5) : below(2);
    s.value = {below(64), below(soup_registers), -1, below(2) == 0};
    switch (kind) {
      case 0:
        s.form = SoupStatement::Form::drive_wire;
        s.target = below(soup_wires);
        s.value.wire = below(s.target + 1) - 1;
        break;
      case 1:
        s.form = SoupStatement::Form::drive_register;
        s.target = below(soup_registers);
        s.value.wire = below(soup_wires + 1) - 1;
        break;
      case 4: {
        s.form = SoupStatement::Form::choose;
        const int arms = 1 + below(3), first = below(4);
        for (int i = 0; i < arms; ++i) s.conditions.push_back((first + i) % 4);
        break;
      }
      default:
        s.form = SoupStatement::Form::when;
        for (int i = 0, n = 1 + below(3); i < n; ++i)
          s.conditions.push_back(below(soup_conditions));
        break;
    }
    const std::size_t branches =
        kind < 2 ? 0 : s.conditions.size() + static_cast<std::size_t>(below(2));
    for (std::size_t i = 0; i < branches; ++i) s.branches.push_back(block(depth - 1));
    return s;
  }

  std::mt19937 random_;
};

/// Runs a block for one kind of target: later drives win.
class Interpreter {
 public:
  Interpreter(const SoupProgram::Inputs& inputs, const std::vector<int>& registers,
              const std::vector<int>& wires)
      : inputs_(inputs), registers_(registers), wires_(wires) {}

  void run(const std::vector<SoupStatement>& block, SoupStatement::Form form, int target,
           int& result) const {
    for (const SoupStatement& s : block) {
      if (s.form == form && s.target == target) result = value(s.value);
      if (s.branches.empty()) continue;
      const std::size_t taken = branch(s);
      if (taken < s.branches.size()) run(s.branches[taken], form, target, result);
    }
  }

 private:
  std::size_t branch(const SoupStatement& s) const {
    const auto holds = [&](int c) {
      return s.form == SoupStatement::Form::when ? inputs_.conditions[static_cast<std::size_t>(c)]
                                                 : inputs_.selector == c;
    };
    return static_cast<std::size_t>(std::find_if(s.conditions.begin(), s.conditions.end(), holds) -
                                    s.conditions.begin());
  }
  int value(const SoupValue& v) const {
    int sum = v.constant + registers_[static_cast<std::size_t>(v.reg)];
    if (v.data) sum += inputs_.data;
    if (v.wire >= 0) sum += wires_[static_cast<std::size_t>(v.wire)];
    return sum & 63;
  }

  const SoupProgram::Inputs& inputs_;
  const std::vector<int>& registers_;
  const std::vector<int>& wires_;
};

}  // namespace

SoupProgram::SoupProgram(std::uint32_t seed) {
  Maker maker(seed);
  for (int i = 0; i < 3; ++i) {
    // Blocks one after the other: unconditional drives only inside conditions, so that no two meet.
    SoupStatement s;
    s.form = SoupStatement::Form::when;
    s.conditions = {i};
    s.branches = {maker.block(2), maker.block(2)};
    body.push_back(s);
  }
}

void SoupProgram::run(const Inputs& inputs, const std::vector<int>& registers,
                      std::vector<int>& wires, std::vector<int>& next) const {
  wires.assign(soup_wires, 0);
  // A wire reads only those below it.
  for (int w = 0; w < soup_wires; ++w) {
    int result = w;
    Interpreter(inputs, registers, wires).run(body, SoupStatement::Form::drive_wire, w, result);
    wires[static_cast<std::size_t>(w)] = result;
  }
  next = registers;
  for (int r = 0; r < soup_registers; ++r)
    Interpreter(inputs, registers, wires)
        .run(body, SoupStatement::Form::drive_register, r, next[static_cast<std::size_t>(r)]);
}

StatementSoupIo::StatementSoupIo(Ports& p)
    : selector(p.input<UInt>("selector", 2)), data(p.input<UInt>("data", 6)) {
  for (int i = 0; i < soup_conditions; ++i)
    conditions.push_back(p.input<Bool>(fmt::format("c{}", i)));
  for (int i = 0; i < soup_wires; ++i) wires.push_back(p.output<UInt>(fmt::format("w{}", i), 6));
  for (int i = 0; i < soup_registers; ++i)
    registers.push_back(p.output<UInt>(fmt::format("r{}", i), 6));
}

StatementSoup::StatementSoup(Context& at, std::uint32_t seed)
    : Module(at, ModuleName("statement_soup").with("SEED", seed)) {
  for (int i = 0; i < soup_wires; ++i) {
    wires_.push_back(wire<UInt>(fmt::format("wire{}", i), 6));
    wires_.back() <<= i;
    io.wires[static_cast<std::size_t>(i)] <<= wires_.back();
  }
  for (int i = 0; i < soup_registers; ++i) {
    registers_.push_back(reg<UInt>(fmt::format("reg{}", i), Reset{7 * i}, 6));
    // Every register is assigned somewhere, also where the soup has no drive for it.
    when(io.conditions[0] & !io.conditions[0], [&] { registers_.back() <<= 0; });
    io.registers[static_cast<std::size_t>(i)] <<= registers_.back();
  }
  build(SoupProgram(seed).body);
}

UInt StatementSoup::value(const SoupValue& v) const {
  UInt sum = wrap(registers_[static_cast<std::size_t>(v.reg)] + u(v.constant, 6));
  if (v.data) sum = wrap(sum + io.data);
  if (v.wire >= 0) sum = wrap(sum + wires_[static_cast<std::size_t>(v.wire)]);
  return sum;
}

void StatementSoup::build(const std::vector<SoupStatement>& block) {
  for (const SoupStatement& s : block) {
    if (s.form == SoupStatement::Form::drive_wire) {
      wires_[static_cast<std::size_t>(s.target)] <<= value(s.value);
    } else if (s.form == SoupStatement::Form::drive_register) {
      registers_[static_cast<std::size_t>(s.target)] <<= value(s.value);
    } else if (s.form == SoupStatement::Form::when) {
      WhenChain chain = when(io.conditions[static_cast<std::size_t>(s.conditions[0])],
                             [&] { build(s.branches[0]); });
      for (std::size_t i = 1; i < s.conditions.size(); ++i)
        chain = chain.elsewhen(io.conditions[static_cast<std::size_t>(s.conditions[i])],
                               [&] { build(s.branches[i]); });
      if (s.branches.size() > s.conditions.size())
        chain.otherwise([&] { build(s.branches.back()); });
    } else {
      switch_(io.selector, [&](Switch& arms) {
        for (std::size_t i = 0; i < s.conditions.size(); ++i)
          arms.is(s.conditions[i], [&] { build(s.branches[i]); });
        if (s.branches.size() > s.conditions.size())
          arms.otherwise([&] { build(s.branches.back()); });
        else if (s.conditions.size() < 4)
          arms.otherwise([] {});  // a value without an arm has to be said
      });
    }
  }
}

}  // namespace hcl::test
