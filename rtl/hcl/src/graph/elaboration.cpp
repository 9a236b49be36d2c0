#include "graph/elaboration.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "graph/passes.hpp"

namespace hcl::graph {

Module& Elaboration::begin_module(const ModuleName& name, const std::string& path) {
  Module& module = *owned_.emplace_back(std::make_unique<Module>());
  module.name = name.text();
  module.base_name = name.base();
  module.parameters = name.parameters();
  module.description = name.description();
  module.where = name.where();
  module.path = path.empty() ? module.name : path;
  module.elaboration = this;
  module.open = {&module.body};
  building_.push_back(&module);
  return module;
}

void Elaboration::abandon(Module& module) {
  module.abandoned = true;
  std::erase(building_, &module);
}

Module& Elaboration::finish_module(Module& module) {
  std::erase(building_, &module);
  module.open.clear();
  module.open_conditions.clear();
  module.declarers.clear();
  check_module(module);
  const auto found = by_name_.find(module.name);
  if (found != by_name_.end()) {
    Module& known = *found->second;
    if (module.problems.empty() && known.problems.empty() && !same_body(known, module))
      module.report("", fmt::format("module name {} is used for two different bodies", module.name),
                    "put what differs into the name with ModuleName::with",
                    {module.where, known.where});
    // Kept aside: handles may still point into it, and its problems are still to be told.
    return module.problems.empty() ? known : module;
  }
  const auto mine = std::find_if(owned_.begin(), owned_.end(),
                                 [&](const auto& owned) { return owned.get() == &module; });
  finished_.push_back(std::move(*mine));
  owned_.erase(mine);
  by_name_.emplace(module.name, &module);
  return module;
}

Module& Elaboration::sram_wrapper(const SramShape& shape, std::source_location where) {
  std::string name = fmt::format("sram_1r1w_{}x{}", shape.depth, shape.width);
  if (shape.mask_bits > 1) name += fmt::format("_mask{}", shape.mask_bits);
  if (const auto found = by_name_.find(name); found != by_name_.end()) return *found->second;
  Module& wrapper = *finished_.emplace_back(std::make_unique<Module>());
  wrapper.name = name;
  wrapper.path = name;
  wrapper.where = where;
  wrapper.sram = shape;
  wrapper.description =
      fmt::format("Memory macro of {} words of {} bits, one read and one write port.", shape.depth,
                  shape.width);
  wrapper.parameters = {{"DEPTH", std::to_string(shape.depth)},
                        {"WIDTH", std::to_string(shape.width)}};
  if (shape.mask_bits > 1)
    wrapper.parameters.emplace_back("MASK_BITS", std::to_string(shape.mask_bits));
  wrapper.needs_clock = true;
  const int address = clog2(shape.depth);
  const auto port = [&](SignalKind kind, const char* port_name, int width, bool is_bool) {
    wrapper.ports.push_back(
        &wrapper.add_signal(kind, port_name, LeafShape{width, false, is_bool}, where));
  };
  port(SignalKind::input, "read_enable", 1, true);
  port(SignalKind::input, "read_address", address, false);
  port(SignalKind::output, "read_data", shape.width, false);
  port(SignalKind::input, "write_enable", 1, true);
  port(SignalKind::input, "write_address", address, false);
  port(SignalKind::input, "write_data", shape.width, false);
  if (shape.mask_bits > 1) port(SignalKind::input, "write_mask", shape.mask_bits, false);
  by_name_.emplace(name, &wrapper);
  return wrapper;
}

const detail::Built* Elaboration::find(std::type_index type, std::size_t hash,
                                       const std::function<bool(const std::any&)>& same) const {
  const auto found = built_.find(type);
  if (found == built_.end()) return nullptr;
  const auto keyed = found->second.find(hash);
  if (keyed == found->second.end()) return nullptr;
  for (const auto& [key, built] : keyed->second)
    if (same(key)) return &built;
  return nullptr;
}

void Elaboration::remember(std::type_index type, std::size_t hash, std::any key,
                           const detail::Built& built) {
  built_[type][hash].emplace_back(std::move(key), built);
}

std::vector<Problem> Elaboration::problems() const {
  std::vector<Problem> all;
  const auto add = [&](const Module& module) {
    all.insert(all.end(), module.problems.begin(), module.problems.end());
  };
  for (const auto& module : finished_) add(*module);
  for (const auto& module : owned_)
    if (!module->abandoned) add(*module);
  return all;
}

std::unique_ptr<DesignGraph> Elaboration::take_graph() {
  auto graph = std::make_unique<DesignGraph>();
  graph->modules = std::move(finished_);
  finished_.clear();
  for (const auto& module : graph->modules) module->elaboration = nullptr;
  return graph;
}

}  // namespace hcl::graph
