#include "emit/module_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "emit/expression.hpp"
#include "emit/layout.hpp"
#include "emit/plan.hpp"
#include "emit/statements.hpp"

namespace hcl::emitter {

using namespace graph;

namespace {

class ModuleText {
 public:
  ModuleText(const Module& module, const EmitOptions& options)
      : module_(module), options_(options), plan_(make_plan(module)), expressions_(plan_, usage_) {}

  std::string write() {
    write_body();
    std::string text = head_comment(module_, options_);
    text += "`default_nettype none\n\n" + port_list(module_);
    const Lines sinks = unread();  // before the declarations: pins that nobody reads change their names
    const Lines declared = declarations();
    for (const Lines* part : std::initializer_list<const Lines*>{&declared, &body_, &sinks})
      if (!part->empty()) text += "\n" + part->text();
    return text + "\nendmodule\n\n`default_nettype wire\n";
  }

 private:
  Lines lines() const {
    Lines made(options_.line_length);
    made.set_depth(1);
    return made;
  }

  // -- body: items in program order, then the registers, memories and checks

  void write_body() {
    struct Item {
      std::size_t statement, sequence;
      Lines text;
      bool is_block;
    };
    std::vector<Item> items;
    for (const Named& named : module_.named)
      if (!plan_.driven_by_pin.contains(named.signal))
        items.push_back({named.place.statement, named.place.sequence, assignment(*named.signal, named.value), false});
    for (const Group& group : plan_.groups) {
      Lines text = group_text(group);
      if (!text.empty()) items.push_back({group.position, SIZE_MAX, std::move(text), group.single_drive() == nullptr});
    }
    Lines late = storage();
    late.append(checks());
    for (const Instance& instance : module_.instances) write_inputs(instance);
    // What instances read is known now, and with it which of their outputs nobody reads.
    for (const Instance& instance : module_.instances)
      items.push_back({instance.place.statement, instance.place.sequence, instance_text(instance), true});
    std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
      return std::pair(a.statement, a.sequence) < std::pair(b.statement, b.sequence);
    });
    bool was_block = false;
    for (const Item& item : items) {
      // Neighbouring assigns stand together; blocks stand apart.
      if (item.is_block || was_block) body_.blank();
      body_.append(item.text);
      was_block = item.is_block;
    }
    if (!late.empty() && !body_.empty()) body_.blank();
    body_.append(late);
  }

  /// Defines, in front of what uses them, the wires of the expressions below these roots.
  void define_wires(const ExprPtr& root, Lines& out) {
    if (!visited_.insert(root.get()).second) return;
    for (const ExprPtr& operand : root->operands) define_wires(operand, out);
    if (const auto wire = plan_.wires.find(root.get()); wire != plan_.wires.end()) {
      wires_.push_back({wire->second, root->width, root->is_signed});
      out.add(fmt::format("assign {} = {};", wire->second, expressions_.definition(root)));
    }
  }

  Lines assignment(const Signal& target, const ExprPtr& value) {
    Lines out = lines();
    define_wires(value, out);
    out.add(fmt::format("assign {} = {};", target.driven_text(), expressions_.value(value)));
    return out;
  }

  Lines group_text(const Group& group) {
    if (const Drive* drive = group.single_drive()) {
      if (plan_.tied_inputs.contains(drive->target) || plan_.driven_by_pin.contains(drive->target)) return lines();
      return assignment(*drive->target, drive->value);
    }
    Lines out = lines();
    const Wanted wanted = group.wanted();
    define_statement_wires(group.statements, out, wanted);
    out.blank();
    out.add("always_comb begin");
    out.indent();
    for (const Signal* target : group.targets)
      if (target->kind == SignalKind::reg && !starts_with_drive(group, *target))
        out.add(fmt::format("{} = {};", target->driven_text(), expressions_.read(*target)));
    StatementWriter writer(
        expressions_, out, wanted,
        [&](const Statement& statement) {
          const Drive& drive = std::get<Drive>(statement);
          out.add(fmt::format("{} = {};", drive.target->driven_text(), expressions_.value(drive.value)));
        });
    for (const Statement* statement : group.statements) writer.write(*statement);
    out.outdent();
    out.add("end");
    return out;
  }

  /// The first statement that concerns the target drives it under no condition.
  static bool starts_with_drive(const Group& group, const Signal& target) {
    for (const Statement* statement : group.statements) {
      if (const auto* drive = std::get_if<Drive>(statement)) {
        if (drive->target == &target) return true;
        continue;
      }
      bool concerns = false;
      Visitor visitor;
      visitor.drive = [&](const Drive& drive) { concerns = concerns || drive.target == &target; };
      walk(*statement, visitor);
      if (concerns) return false;
    }
    return false;
  }

  void define_statement_wires(const std::vector<const Statement*>& statements, Lines& out, const Wanted& wanted) {
    Visitor visitor;
    visitor.condition = [&](const ExprPtr& condition) { define_wires(condition, out); };
    visitor.drive = [&](const Drive& drive) { define_wires(drive.value, out); };
    visitor.memory_write = [&](const MemoryWrite& write) {
      define_wires(write.address, out);
      define_wires(write.data, out);
    };
    visitor.check = [&](const Check& check) { define_wires(check.condition, out); };
    for (const Statement* statement : statements) walk_printed(*statement, wanted, visitor);
  }

  // -- registers, memories, checks

  Lines storage() {
    Lines out = lines();
    std::vector<const Signal*> with_reset, without;
    for (const Signal& signal : module_.signals)
      if (signal.kind == SignalKind::reg) (signal.reset ? with_reset : without).push_back(&signal);
    if (!with_reset.empty()) {
      out.add("always_ff @(posedge clk_i or negedge rst_ni) begin");
      out.indent();
      out.add("if (!rst_ni) begin");
      out.indent();
      for (const Signal* signal : with_reset) out.add(fmt::format("{} <= {};", signal->text(), reset_text(*signal)));
      out.outdent();
      out.add("end else begin");
      out.indent();
      for (const Signal* signal : with_reset) out.add(fmt::format("{} <= {};", signal->text(), signal->driven_text()));
      out.outdent();
      out.add("end");
      out.outdent();
      out.add("end");
    }
    if (!without.empty()) {
      out.blank();
      out.add("always_ff @(posedge clk_i) begin");
      out.indent();
      for (const Signal* signal : without) out.add(fmt::format("{} <= {};", signal->text(), signal->driven_text()));
      out.outdent();
      out.add("end");
    }
    for (const Memory& memory : module_.memories) {
      out.blank();
      clocked(
          out, "always_ff @(posedge clk_i) begin", writes_to(memory),
          [&](const Statement& statement, Lines& to) {
            const MemoryWrite& write = std::get<MemoryWrite>(statement);
            to.add(fmt::format("{}[{}] <= {};", memory.name, expressions_.index(write.address), expressions_.value(write.data)));
          });
    }
    return out;
  }

  Lines checks() {
    Lines out = lines();
    bool any = false;
    for (const Statement& statement : module_.body.statements) any = any || holds_wanted(statement, is_check);
    if (!any) return out;
    Lines inner = lines();
    inner.set_depth(1);
    clocked(
        inner, "always_ff @(posedge clk_i or negedge rst_ni) begin\n    if (rst_ni) begin", is_check,
        [&](const Statement& statement, Lines& to) {
          const Check& check = std::get<Check>(statement);
          to.add(fmt::format("{}: {} ({});", check.name, check.is_cover ? "cover" : "assert", expressions_.condition(check.condition)));
        },
        1);
    out.blank();
    out.raw("\n`ifndef SYNTHESIS");
    out.append(inner);
    out.raw("`endif");
    return out;
  }

  /// A clocked block with the wanted statements of the body under their conditions.
  void clocked(Lines& out, const std::string& opening, const Wanted& wanted, const std::function<void(const Statement&, Lines&)>& print, int extra = 0) {
    std::vector<const Statement*> all;
    for (const Statement& statement : module_.body.statements) all.push_back(&statement);
    define_statement_wires(all, out, wanted);
    out.blank();
    out.add(opening);
    for (int i = 0; i <= extra; ++i) out.indent();
    StatementWriter writer(expressions_, out, wanted, [&](const Statement& statement) { print(statement, out); });
    for (const Statement* statement : all) writer.write(*statement);
    for (int i = 0; i <= extra; ++i) {
      out.outdent();
      out.add("end");
    }
  }

  static std::string reset_text(const Signal& signal) {
    if (signal.states != nullptr) return enumerator(*signal.states, *signal.reset);
    if (*signal.reset == 0 && signal.width > 1) return "'0";
    Expr literal;
    literal.width = signal.width;
    literal.is_signed = signal.is_signed;
    literal.value = *signal.reset;
    return ExpressionWriter::literal(literal, signal.width);
  }

  // -- instances

  void write_inputs(const Instance& instance) {
    for (const Signal* pin : instance.pins) {
      if (pin->kind != SignalKind::instance_input) continue;
      const auto tied = plan_.tied_inputs.find(pin);
      connections_[pin] = tied != plan_.tied_inputs.end() ? expressions_.sized(tied->second) : expressions_.read(*pin);
    }
  }

  Lines instance_text(const Instance& instance) {
    std::vector<std::pair<std::string, std::string>> ports;
    if (instance.module->needs_clock) ports.emplace_back("clk_i", "clk_i");
    if (instance.module->needs_reset) ports.emplace_back("rst_ni", "rst_ni");
    for (const Signal* pin : instance.pins) {
      const auto input = connections_.find(pin);
      ports.emplace_back(pin->port->text(), input != connections_.end() ? input->second : output_name(*pin));
    }
    std::size_t column = 0;
    for (const auto& [port, wire] : ports) column = std::max(column, port.size());
    Lines out = lines();
    out.add(fmt::format("{} {} (", instance.module->name, instance.name));
    out.indent();
    for (std::size_t i = 0; i < ports.size(); ++i)
      out.add(fmt::format(".{:<{}} ({}){}", ports[i].first, column, ports[i].second, i + 1 < ports.size() ? "," : ""));
    out.outdent();
    out.add(");");
    return out;
  }

  /// The wire of an output pin; one that nobody reads says so.
  std::string output_name(const Signal& pin) const {
    const auto tied = plan_.tied_outputs.find(&pin);
    if (tied != plan_.tied_outputs.end()) return tied->second->text();
    return usage_.is_read(pin.text()) ? pin.text() : "unused_" + pin.text();
  }

  // -- declarations

  Lines declarations() {
    Lines out = lines();
    for (const EnumType& type : module_.enums) {
      std::string names;
      for (std::size_t i = 0; i < type.names.size(); ++i) names += (i > 0 ? ", " : "") + enumerator(type, i);
      out.add(fmt::format("typedef enum {} {{ {} }} {}_e;", type_text(clog2(static_cast<std::int64_t>(type.names.size())), false), names, type.name));
    }
    if (!module_.enums.empty()) out.blank();
    for (const Signal& signal : module_.signals) declare(signal, out);
    for (const Wire& wire : wires_) out.add(fmt::format("{} {};", type_text(wire.width, wire.is_signed), wire.name));
    for (const Memory& memory : module_.memories) out.add(fmt::format("{} {} [0:{}];", memory_type(memory), memory.name, memory.depth - 1));
    return out;
  }

  static std::string memory_type(const Memory& memory) { return fmt::format("logic [{}:0]", memory.width - 1); }

  void declare(const Signal& signal, Lines& out) const {
    switch (signal.kind) {
      case SignalKind::input:
      case SignalKind::output:
        return;
      case SignalKind::reg: {
        const std::string type = signal.states != nullptr ? signal.states->name + "_e" : type_text(signal.width, signal.is_signed);
        out.add(fmt::format("{} {}, {};", type, signal.text(), signal.driven_text()));
        return;
      }
      case SignalKind::instance_input:
        if (plan_.tied_inputs.contains(&signal)) return;
        break;
      case SignalKind::instance_output:
        if (plan_.tied_outputs.contains(&signal)) return;
        out.add(fmt::format("{} {};", type_text(signal.width, signal.is_signed), output_name(signal)));
        return;
      default:
        break;
    }
    out.add(fmt::format("{} {};", type_text(signal.width, signal.is_signed), signal.text()));
  }

  /// A sink for everything that nobody reads, so that the tools know that it is meant.
  Lines unread() {
    std::vector<std::string> parts;
    const auto add = [&](const std::string& name, int width) {
      for (std::string& part : usage_.unread(name, width)) parts.push_back(std::move(part));
    };
    for (const Signal& signal : module_.signals) {
      if (signal.kind == SignalKind::output || (signal.kind == SignalKind::instance_input && plan_.tied_inputs.contains(&signal))) continue;
      if (signal.kind == SignalKind::instance_output && (plan_.tied_outputs.contains(&signal) || !usage_.is_read(signal.text()))) continue;
      add(signal.text(), signal.width);
    }
    for (const Wire& wire : wires_) add(wire.name, wire.width);
    Lines out = lines();
    if (parts.empty()) return out;
    out.add("logic unused_bits;");
    out.add(fmt::format("assign unused_bits = ^{{{}}};", fmt::join(parts, ", ")));
    return out;
  }

  struct Wire {
    std::string name;
    int width;
    bool is_signed;
  };

  const Module& module_;
  const EmitOptions& options_;
  Plan plan_;
  Usage usage_;
  ExpressionWriter expressions_;
  Lines body_{options_.line_length};
  std::unordered_set<const Expr*> visited_;
  std::vector<Wire> wires_;
  std::unordered_map<const Signal*, std::string> connections_;
};

}  // namespace

std::string module_text(const Module& module, const EmitOptions& options) { return ModuleText(module, options).write(); }

}  // namespace hcl::emitter
