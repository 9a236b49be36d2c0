#include <map>

#include "rtl/accelerator/accelerator.hpp"
#include "verilator_tb/model_build.hpp"

namespace sd::tb {
namespace {

struct Module {
  std::uint64_t copies = 0;  ///< instances in the whole design
  std::uint64_t weight = 1;  ///< modules that one instance consists of, itself included
};

/// Per name. The list is in compile order: children before parents.
std::map<std::string, Module> measure(const hcl::Design& design) {
  std::map<std::string, Module> all;
  for (const hcl::ModuleInfo& module : design.modules())
    for (const hcl::InstanceInfo& child : module.instances)
      all[module.name].weight += all[child.module].weight;
  all[design.top().name].copies = 1;
  const auto& modules = design.modules();
  for (auto at = modules.rbegin(); at != modules.rend(); ++at)
    for (const hcl::InstanceInfo& child : at->instances)
      all[child.module].copies += all[at->name].copies;
  return all;
}

}  // namespace

std::vector<std::string> hierarchical_blocks(const design::DesignPoint& design, int limit) {
  if (design.slices * design.lines * design.macs < limit) return {};
  const hcl::Design hardware = rtl::elaborate_accelerator(design);
  const std::map<std::string, Module> all = measure(hardware);
  // What is gained is what need not be generated again: (copies - 1) x size. Of equal gain, the
  // larger block: every border between blocks costs time in the simulation.
  const hcl::ModuleInfo* best = nullptr;
  std::pair<std::uint64_t, std::uint64_t> most;
  for (const hcl::ModuleInfo& module : hardware.modules()) {
    const Module& m = all.at(module.name);
    if (m.copies < 4 || module.is_sram || !module.has_clock) continue;
    const std::pair gain{(m.copies - 1) * m.weight, m.weight};
    if (best == nullptr || gain > most) {
      best = &module;
      most = gain;
    }
  }
  return best == nullptr ? std::vector<std::string>{} : std::vector<std::string>{best->name};
}

}  // namespace sd::tb
