#include <fmt/format.h>

#include <set>

#include "verilator_tb/block.hpp"
#include "verilator_tb/fault_plan.hpp"

namespace sd::tb {
namespace {

const hcl::ModuleInfo& find_module(const hcl::Design& design, std::string_view name) {
  if (name.empty()) return design.top();
  std::string all;
  for (const hcl::ModuleInfo& module : design.modules()) {
    if (module.name == name) return module;
    all += " " + module.name;
  }
  throw std::invalid_argument(fmt::format("the design has no module {}; it has:{}", name, all));
}

}  // namespace

BlockSource block_source(const hcl::Design& design, std::string_view module) {
  const hcl::ModuleInfo& top = find_module(design, module);
  BlockSource source;
  source.top = top.name;
  if (top.has_clock) source.ports.push_back({"clk_i", 1, true});
  if (top.has_reset) source.ports.push_back({"rst_ni", 1, true});
  for (const hcl::Port& port : top.ports)
    source.ports.push_back({port.name, port.width, port.direction == hcl::Direction::input});

  // Only what the module needs, so that a change elsewhere does not build it again. Modules come
  // after those that they instantiate.
  std::set<std::string> needed = {top.name};
  const auto& modules = design.modules();
  for (auto at = modules.rbegin(); at != modules.rend(); ++at)
    if (needed.contains(at->name))
      for (const hcl::InstanceInfo& instance : at->instances) needed.insert(instance.module);
  for (const hcl::EmittedFile& file : emit_for_simulation(design))
    if (needed.contains(std::filesystem::path(file.name).stem().string()))
      source.files.emplace_back(file.name, file.text);
  return source;
}

}  // namespace sd::tb
