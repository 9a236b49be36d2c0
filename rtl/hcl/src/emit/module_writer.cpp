// The file as a whole, and the combinational part of the body.
#include "emit/module_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "emit/module_text.hpp"
#include "emit/statements.hpp"

namespace hcl::emitter {

using namespace graph;

namespace {

/// The first statement that concerns the target drives it under no condition.
bool starts_with_drive(const Group& group, const Signal& target) {
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

}  // namespace

std::string ModuleWriter::write() {
  write_body();
  std::string text = head_comment(module_, options_);
  text += "`default_nettype none\n\n" + port_list(module_);
  const Lines sinks =
      unread();  // before the declarations: pins that nobody reads change their names
  const Lines declared = declarations();
  for (const Lines* part : std::initializer_list<const Lines*>{&declared, &body_, &sinks})
    if (!part->empty()) text += "\n" + part->text();
  return text + "\nendmodule\n\n`default_nettype wire\n";
}

Lines ModuleWriter::lines() const {
  Lines made(options_.line_length);
  made.set_depth(1);
  return made;
}

void ModuleWriter::write_body() {
  struct Item {
    std::size_t statement, sequence;
    Lines text;
    bool is_block;
  };
  std::vector<Item> items;
  for (const Named& named : module_.named)
    if (!plan_.driven_by_pin.contains(named.signal))
      items.push_back({named.place.statement, named.place.sequence,
                       assignment(*named.signal, named.value, named.signal->where), false});
  for (const Group& group : plan_.groups) {
    Lines text = group_text(group);
    if (!text.empty())
      items.push_back({group.position, SIZE_MAX, std::move(text), group.single_drive() == nullptr});
  }
  Lines late = storage();
  const Lines checked = checks();
  if (!late.empty() && !checked.empty()) late.blank();
  late.append(checked);
  for (const Instance& instance : module_.instances) write_inputs(instance);
  // What instances read is known now, and with it which of their outputs nobody reads.
  for (const Instance& instance : module_.instances)
    items.push_back(
        {instance.place.statement, instance.place.sequence, instance_text(instance), true});
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

void ModuleWriter::define_wires(const ExprPtr& root, Lines& out) {
  if (!visited_.insert(root.get()).second) return;
  for (const ExprPtr& operand : root->operands) define_wires(operand, out);
  if (const auto wire = plan_.wires.find(root.get()); wire != plan_.wires.end()) {
    wires_.push_back({wire->second, root->width, root->is_signed});
    out.add(fmt::format("assign {} = {};", wire->second, expressions_.definition(root)));
  }
}

void ModuleWriter::locate(std::source_location where, Lines& out) const {
  if (options_.locations == Locations::none || where.line() == 0) return;
  std::string file = where.file_name();
  std::string root = options_.source_root;
  if (!root.empty() && !root.ends_with('/')) root += '/';
  if (!root.empty() && file.starts_with(root))
    file.erase(0, root.size());
  else
    file.erase(0, file.find_last_of('/') + 1);
  if (options_.locations == Locations::comments)
    out.add(fmt::format("// {}:{}", file, where.line()));
  else
    out.raw(fmt::format("`line {} \"{}\" 0", where.line(), file));
}

Lines ModuleWriter::assignment(const Signal& target, const ExprPtr& value,
                               std::source_location where) {
  Lines out = lines();
  define_wires(value, out);
  locate(where, out);
  out.add(fmt::format("assign {} = {};", target.driven_text(), expressions_.value(value)));
  return out;
}

Lines ModuleWriter::group_text(const Group& group) {
  if (const Drive* drive = group.single_drive()) {
    if (plan_.tied_inputs.contains(drive->target) || plan_.driven_by_pin.contains(drive->target))
      return lines();
    return assignment(*drive->target, drive->value, drive->where);
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
  StatementWriter writer(expressions_, out, wanted, [&](const Statement& statement) {
    const Drive& drive = std::get<Drive>(statement);
    locate(drive.where, out);
    out.add(fmt::format("{} = {};", drive.target->driven_text(), expressions_.value(drive.value)));
  });
  for (const Statement* statement : group.statements) writer.write(*statement);
  out.outdent();
  out.add("end");
  return out;
}

void ModuleWriter::define_statement_wires(const std::vector<const Statement*>& statements,
                                          Lines& out, const Wanted& wanted) {
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

std::string module_text(const Module& module, const EmitOptions& options) {
  return ModuleWriter(module, options).write();
}

}  // namespace hcl::emitter
