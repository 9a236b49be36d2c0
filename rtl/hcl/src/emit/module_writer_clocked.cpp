// Registers, memories, assertions.
#include "emit/module_writer.hpp"

#include <fmt/format.h>

#include "emit/module_text.hpp"
#include "emit/statements.hpp"

namespace hcl::emitter {

using namespace graph;

namespace {

std::string reset_value(const Signal& signal) {
  if (signal.states != nullptr) return enumerator(*signal.states, *signal.reset);
  if (*signal.reset == 0 && signal.width > 1) return "'0";
  Expr literal;
  literal.width = signal.width;
  literal.is_signed = signal.is_signed;
  literal.value = *signal.reset;
  return ExpressionWriter::literal(literal, signal.width);
}

const char* keyword(CheckKind kind) {
  switch (kind) {
    case CheckKind::assertion:
      return "assert";
    case CheckKind::assumption:
      return "assume";
    case CheckKind::cover:
      break;
  }
  return "cover";
}

}  // namespace

std::vector<std::string> ModuleWriter::domains() const {
  std::vector<std::string> names = {""};
  for (const Domain& domain : module_.domains) names.push_back(domain.name);
  return names;
}

void ModuleWriter::registers(const std::string& domain, Lines& out) {
  std::vector<const Signal*> with_reset, without;
  for (const Signal& signal : module_.signals)
    if (signal.kind == SignalKind::reg && signal.domain == domain)
      (signal.reset ? with_reset : without).push_back(&signal);
  const std::string clock = clock_text(domain), reset = reset_text(domain);
  if (!with_reset.empty()) {
    out.blank();
    out.add(fmt::format("always_ff @(posedge {} or negedge {}) begin", clock, reset));
    out.indent();
    out.add(fmt::format("if (!{}) begin", reset));
    out.indent();
    for (const Signal* signal : with_reset)
      out.add(fmt::format("{} <= {};", signal->text(),
                          signal->faulty_reset ? expressions_.value(signal->faulty_reset)
                                               : reset_value(*signal)));
    out.outdent();
    out.add("end else begin");
    out.indent();
    for (const Signal* signal : with_reset)
      out.add(fmt::format("{} <= {};", signal->text(), signal->driven_text()));
    out.outdent();
    out.add("end");
    out.outdent();
    out.add("end");
  }
  if (!without.empty()) {
    out.blank();
    out.add(fmt::format("always_ff @(posedge {}) begin", clock));
    out.indent();
    for (const Signal* signal : without)
      out.add(fmt::format("{} <= {};", signal->text(), signal->driven_text()));
    out.outdent();
    out.add("end");
  }
}

Lines ModuleWriter::storage() {
  Lines out = lines();
  for (const std::string& domain : domains()) registers(domain, out);
  for (const Memory& memory : module_.memories) {
    out.blank();
    clocked(out, {fmt::format("always_ff @(posedge {}) begin", clock_text(memory.domain))},
            writes_to(memory), [&](const Statement& statement, Lines& to) {
              const MemoryWrite& write = std::get<MemoryWrite>(statement);
              locate(write.where, to);
              const std::string part =
                  write.is_whole() ? std::string()
                  : write.data->width == 1
                      ? fmt::format("[{}]", write.low)
                      : fmt::format("[{}:{}]", write.low + write.data->width - 1, write.low);
              to.add(fmt::format("{}[{}]{} <= {};", memory.name, expressions_.index(write.address),
                                 part, expressions_.value(write.data)));
            });
  }
  return out;
}

Lines ModuleWriter::checks() {
  Lines out = lines();
  std::vector<const Statement*> all;
  for (const Statement& statement : module_.body.statements)
    if (holds_wanted(statement, is_check)) all.push_back(&statement);
  if (all.empty()) return out;
  define_statement_wires(all, out, is_check);  // outside of the condition: they are declared there
  Lines inner = lines();
  for (const std::string& domain : domains()) {
    const Wanted of_domain = [&](const Statement& statement) {
      return is_check(statement) && std::get<Check>(statement).domain == domain;
    };
    if (!holds_wanted(module_.body, of_domain)) continue;
    const std::string clock = clock_text(domain), reset = reset_text(domain);
    clocked(inner,
            {fmt::format("always_ff @(posedge {} or negedge {}) begin", clock, reset),
             fmt::format("if ({}) begin", reset)},
            of_domain, [&](const Statement& statement, Lines& to) {
              const Check& check = std::get<Check>(statement);
              locate(check.where, to);
              to.add(fmt::format("{}: {} ({});", check.name, keyword(check.kind),
                                 expressions_.condition(check.condition)));
            });
  }
  out.blank();
  out.raw("`ifndef SYNTHESIS");
  out.append(inner);
  out.raw("`endif");
  return out;
}

void ModuleWriter::clocked(Lines& out, const std::vector<std::string>& openings,
                           const Wanted& wanted,
                           const std::function<void(const Statement&, Lines&)>& print) {
  std::vector<const Statement*> all;
  for (const Statement& statement : module_.body.statements) all.push_back(&statement);
  define_statement_wires(all, out, wanted);
  out.blank();
  for (const std::string& opening : openings) {
    out.add(opening);
    out.indent();
  }
  StatementWriter writer(expressions_, out, wanted,
                         [&](const Statement& statement) { print(statement, out); });
  for (const Statement* statement : all) writer.write(*statement);
  for (std::size_t i = 0; i < openings.size(); ++i) {
    out.outdent();
    out.add("end");
  }
}

}  // namespace hcl::emitter
