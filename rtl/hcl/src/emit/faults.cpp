#include "rtl/hcl/faults.hpp"

#include <fmt/format.h>

#include <map>
#include <stdexcept>

#include "emit/module_text.hpp"
#include "graph/fault_planting.hpp"

namespace hcl {
namespace {

bool has_body(const graph::Module& module) {
  return !module.sram && !module.black_box;
}

/// A module that was left out for an equal one of the same name has the same faults.
std::vector<std::pair<int, graph::FaultSite>> sites_of(graph::Module& module,
                                                       const std::map<Fault, int>& numbers) {
  std::vector<std::pair<int, graph::FaultSite>> chosen;
  for (graph::FaultSite& site : graph::fault_sites(module))
    if (const auto number = numbers.find(site.fault); number != numbers.end())
      chosen.emplace_back(number->second, std::move(site));
  return chosen;
}

}  // namespace

std::string_view fault_kind_name(FaultKind kind) {
  switch (kind) {
    case FaultKind::operation:
      return "operation";
    case FaultKind::comparison:
      return "comparison";
    case FaultKind::off_by_one:
      return "off_by_one";
    case FaultKind::condition:
      return "condition";
    case FaultKind::reset:
      break;
  }
  return "reset";
}

std::vector<ModuleFaults> possible_faults(const Design& design) {
  std::vector<ModuleFaults> all;
  for (const auto& module : design.graph().modules) {
    if (!has_body(*module)) continue;
    ModuleFaults found{module->text_name(), module->base_name, {}};
    for (graph::FaultSite& site : graph::fault_sites(*module))
      found.faults.push_back(std::move(site.fault));
    all.push_back(std::move(found));
  }
  return all;
}

std::vector<FaultyFile> emit_with_faults(const Design& design,
                                         const std::vector<PlantedFault>& faults,
                                         const EmitOptions& options) {
  std::map<std::string, std::map<Fault, int>> by_generator;
  for (const PlantedFault& planted : faults) {
    if (planted.number < 1 || planted.number > 65535)
      throw std::invalid_argument(
          fmt::format("fault {}: the numbers of faults are 1 to 65535", planted.number));
    by_generator[planted.fault.generator][planted.fault] = planted.number;
  }
  std::map<std::string, graph::Module*> by_file;
  for (const auto& module : design.graph().modules)
    if (has_body(*module)) by_file.emplace(module->text_name() + ".sv", module.get());

  std::vector<FaultyFile> files;
  for (EmittedFile& file : emit(design, options)) {
    FaultyFile& made = files.emplace_back(FaultyFile{std::move(file), {}});
    const auto module = by_file.find(made.file.name);
    if (module == by_file.end()) continue;
    const auto numbers = by_generator.find(module->second->base_name);
    if (numbers == by_generator.end()) continue;
    const auto sites = sites_of(*module->second, numbers->second);
    if (sites.empty()) continue;
    for (const auto& [number, site] : sites) made.numbers.push_back(number);
    const graph::FaultPlanting planting(*module->second, sites);
    made.file.text = emitter::module_text(*module->second, options);
  }
  return files;
}

}  // namespace hcl
