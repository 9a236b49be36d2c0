// Names become identifiers of the text, which people and scripts hold on to: they are legal as they
// stand, and unique.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <utility>

#include "graph/keywords.hpp"
#include "graph/passes.hpp"
#include "graph/walk.hpp"

namespace hcl::graph {

namespace {

bool is_snake_case(const std::string& name) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && name[0] >= 'a' && name[0] <= 'z' &&
         std::all_of(name.begin(), name.end(), good);
}

bool is_identifier(const std::string& name) {
  return !name.empty() &&
         (std::isalpha(static_cast<unsigned char>(name[0])) != 0 || name[0] == '_') &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

class Identifiers {
 public:
  explicit Identifiers(Module& module) : module_(module) {}

  /// `given` is what the designer wrote, `text` what stands in the file.
  void add(const std::string& given, const std::string& text, std::source_location where,
           bool any_case = false) {
    if (any_case && !is_identifier(given)) {
      module_.report(given, "is not an identifier", "use letters, digits and underscores", {where});
      return;
    }
    if (!any_case && !is_snake_case(given)) {
      module_.report(given, "is not a snake_case name",
                     "use a letter, then letters, digits and underscores, in lower case", {where});
      return;
    }
    if (is_keyword(text)) {
      module_.report(given, "is a reserved word of SystemVerilog", "use another name", {where});
      return;
    }
    const auto [found, is_new] = taken_.emplace(text, std::pair{given, where});
    if (is_new) return;
    const auto& [other, place] = found->second;
    module_.report(given,
                   other == given
                       ? "is declared twice"
                       : fmt::format("and {} would both be called {} in the text", other, text),
                   "give each a name of its own", {where, place});
  }

 private:
  Module& module_;
  std::map<std::string, std::pair<std::string, std::source_location>> taken_;
};

}  // namespace

void check_names(Module& module) {
  Identifiers identifiers(module);
  if (module.black_box) {
    identifiers.add(module.text_name(), module.text_name(), module.where, true);
    for (const std::string& pin : {module.black_box->clock, module.black_box->reset})
      if (!pin.empty()) identifiers.add(pin, pin, module.where, true);
    for (const Signal& signal : module.signals)
      identifiers.add(signal.name, signal.text(), signal.where, true);
    return;
  }
  identifiers.add(module.name, module.name, module.where);
  identifiers.add("clk", "clk_i", module.where);
  identifiers.add("rst_n", "rst_ni", module.where);
  for (const Domain& domain : module.domains) {
    identifiers.add("clk_" + domain.name, "clk_" + domain.name + "_i", domain.where);
    identifiers.add("rst_" + domain.name + "_n", "rst_" + domain.name + "_ni", domain.where);
  }
  for (const Constant& constant : module.constants)
    identifiers.add(constant.name, constant.name, constant.where, true);
  for (const Signal& signal : module.signals) {
    identifiers.add(signal.name, signal.text(), signal.where);
    if (signal.kind == SignalKind::reg)
      identifiers.add(signal.name, signal.driven_text(), signal.where);
    if (signal.states == nullptr) continue;
    std::vector<std::string> states = signal.states->names;
    for (const std::string& state : states)
      if (!is_snake_case(state))
        module.report(signal.name, fmt::format("has a state called {}", state),
                      "use snake_case names", {signal.where});
    std::sort(states.begin(), states.end());
    if (const auto twice = std::adjacent_find(states.begin(), states.end()); twice != states.end())
      module.report(signal.name, fmt::format("has two states called {}", *twice),
                    "give each state a name of its own", {signal.where});
  }
  for (const Memory& memory : module.memories)
    identifiers.add(memory.name, memory.name, memory.where);
  for (const Instance& instance : module.instances)
    identifiers.add(instance.name, instance.name, instance.where);
  Visitor visitor;
  visitor.check = [&](const Check& check) { identifiers.add(check.name, check.name, check.where); };
  walk(module.body, visitor);
}

}  // namespace hcl::graph
