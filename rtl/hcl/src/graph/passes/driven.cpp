// Every wire, output and instance input has a value on every path: otherwise the text would hold a
// latch.
#include <fmt/format.h>

#include <unordered_map>
#include <unordered_set>

#include "graph/passes.hpp"
#include "graph/walk.hpp"

namespace hcl::graph {

namespace {

using Targets = std::unordered_set<const Signal*>;

Targets covered(const Block& block);

void keep_common(Targets& common, const Targets& other) {
  std::erase_if(common, [&](const Signal* signal) { return !other.contains(signal); });
}

Targets covered(const When& when) {
  if (!when.otherwise) return {};
  Targets common = covered(*when.otherwise);
  for (const When::Branch& branch : when.branches) keep_common(common, covered(branch.body));
  return common;
}

Targets covered(const Switch& node) {
  if (!node.otherwise && (!covers_all(node) || node.arms.empty())) return {};
  Targets common = node.otherwise ? covered(*node.otherwise) : covered(node.arms.front().body);
  for (const Switch::Arm& arm : node.arms) keep_common(common, covered(arm.body));
  return common;
}

Targets covered(const Block& block) {
  Targets all;
  for (const Statement& statement : block.statements) {
    if (const auto* drive = std::get_if<Drive>(&statement)) all.insert(drive->target);
    if (const auto* when = std::get_if<std::unique_ptr<When>>(&statement))
      all.merge(covered(**when));
    if (const auto* node = std::get_if<std::unique_ptr<Switch>>(&statement))
      all.merge(covered(**node));
  }
  return all;
}

std::string role(const Signal& signal) {
  switch (signal.kind) {
    case SignalKind::output:
      return "is an output";
    case SignalKind::instance_input:
      return fmt::format("is an input of instance {}", signal.instance->name);
    default:
      return "is a wire";
  }
}

}  // namespace

void check_driven(Module& module) {
  std::unordered_map<const Signal*, const Drive*> driven;
  Visitor visitor;
  visitor.drive = [&](const Drive& drive) { driven.emplace(drive.target, &drive); };
  walk(module.body, visitor);
  const Targets always = covered(module.body);
  for (const Signal& signal : module.signals) {
    if (!signal.is_drivable() || signal.kind == SignalKind::reg || always.contains(&signal))
      continue;
    if (signal.instance != nullptr && signal.instance->module->sram)
      continue;  // check_storage speaks of memories
    const auto found = driven.find(&signal);
    if (found == driven.end()) {
      module.report(signal.name, role(signal) + " and is never driven",
                    "drive it with <<=", {signal.where});
    } else {
      module.report(signal.name, role(signal) + " and is not driven on every path",
                    "give it a default drive before the condition, or add otherwise",
                    {found->second->where, signal.where});
    }
  }
}

}  // namespace hcl::graph
