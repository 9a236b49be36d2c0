// The last drive wins, so a drive under no further condition makes the ones before it in its block
// pointless: a slip.
#include <unordered_map>

#include "graph/passes.hpp"
#include "graph/walk.hpp"

namespace hcl::graph {

namespace {

using FirstDrives = std::unordered_map<const Signal*, std::source_location>;

FirstDrives look(Module& module, const Block& block);

void add(FirstDrives& all, const FirstDrives& inner) {
  all.insert(inner.begin(), inner.end());
}

FirstDrives look(Module& module, const Statement& statement) {
  FirstDrives inner;
  if (const auto* when = std::get_if<std::unique_ptr<When>>(&statement)) {
    for (const When::Branch& branch : (*when)->branches) add(inner, look(module, branch.body));
    if ((*when)->otherwise) add(inner, look(module, *(*when)->otherwise));
  } else if (const auto* node = std::get_if<std::unique_ptr<Switch>>(&statement)) {
    for (const Switch::Arm& arm : (*node)->arms) add(inner, look(module, arm.body));
    if ((*node)->otherwise) add(inner, look(module, *(*node)->otherwise));
  }
  return inner;
}

FirstDrives look(Module& module, const Block& block) {
  FirstDrives first;
  for (const Statement& statement : block.statements) {
    if (const auto* drive = std::get_if<Drive>(&statement)) {
      const auto [found, is_new] = first.emplace(drive->target, drive->where);
      if (!is_new)
        module.report(
            drive->target->name, "is driven again, which makes an earlier drive pointless",
            "leave one out, or put the later one under a condition", {drive->where, found->second});
    } else {
      add(first, look(module, statement));
    }
  }
  return first;
}

}  // namespace

void check_double_drives(Module& module) {
  look(module, module.body);
}

}  // namespace hcl::graph
