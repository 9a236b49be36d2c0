// A register or memory that nothing writes holds nothing: a slip, or a constant that should be said
// as one.
#include <unordered_set>

#include "graph/passes.hpp"
#include "graph/walk.hpp"

namespace hcl::graph {

namespace {

std::unordered_set<const Memory*> memories_read(const Module& module) {
  std::unordered_set<const Memory*> read;
  std::unordered_set<const Expr*> seen;
  std::vector<const Expr*> left;
  walk_expressions(module, [&](const ExprPtr& root) { left.push_back(root.get()); });
  while (!left.empty()) {
    const Expr* expr = left.back();
    left.pop_back();
    if (!seen.insert(expr).second) continue;
    if (expr->op == Op::memory_read) read.insert(expr->memory);
    for (const ExprPtr& operand : expr->operands) left.push_back(operand.get());
  }
  return read;
}

}  // namespace

void check_storage(Module& module) {
  std::unordered_set<const Signal*> assigned;
  std::unordered_set<const Memory*> written;
  Visitor visitor;
  visitor.drive = [&](const Drive& drive) { assigned.insert(drive.target); };
  visitor.memory_write = [&](const MemoryWrite& write) { written.insert(write.memory); };
  walk(module.body, visitor);
  for (const Signal& signal : module.signals)
    if (signal.kind == SignalKind::reg && !assigned.contains(&signal))
      module.report(signal.name, "is a register and is never assigned",
                    "assign it with <<=, or use a literal", {signal.where});
  const auto read = memories_read(module);
  for (const Memory& memory : module.memories) {
    if (!written.contains(&memory))
      module.report(memory.name, "is a memory and is never written",
                    "write it, or use a Vec of literals", {memory.where});
    if (!read.contains(&memory))
      module.report(memory.name, "is a memory and is never read", "read it, or leave it out",
                    {memory.where});
  }
  for (const Sram& sram : module.srams) {
    if (!sram.was_written)
      module.report(sram.name, "is a memory and is never written", "write it", {sram.where});
    if (!sram.was_read)
      module.report(sram.name, "is a memory and is never read", "read it, or leave it out",
                    {sram.where});
  }
}

}  // namespace hcl::graph
