// One run of `elaborate`: the modules built so far and what is known about them.
#pragma once

#include <any>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <typeindex>
#include <unordered_map>
#include <vector>

#include "graph/module.hpp"
#include "rtl/hcl/module.hpp"

namespace hcl::graph {

class Elaboration {
 public:
  /// A module whose constructor is about to run.
  Module& begin_module(const ModuleName& name, const std::string& path);
  /// Its constructor has run: keeps it, or finds the equal one that was built before. Returns the
  /// one to use.
  Module& finish_module(Module& module);
  /// It will not be used: whoever comes next is built inside the module that was open before.
  void abandon(Module& module);
  /// The wrapper of a memory macro, shared by shape.
  Module& sram_wrapper(const SramShape& shape, std::source_location where);

  /// The module whose constructor runs now.
  [[nodiscard]] Module* current() const { return building_.empty() ? nullptr : building_.back(); }

  [[nodiscard]] const detail::Built* find(std::type_index type, std::size_t hash,
                                          const std::function<bool(const std::any&)>& same) const;
  void remember(std::type_index type, std::size_t hash, std::any key, const detail::Built& built);

  /// Problems of every module, in the order of building.
  [[nodiscard]] std::vector<Problem> problems() const;
  /// Hands over the finished modules.
  [[nodiscard]] std::unique_ptr<DesignGraph> take_graph();
  [[nodiscard]] const std::vector<std::unique_ptr<Module>>& finished() const { return finished_; }

 private:
  std::vector<std::unique_ptr<Module>> owned_;  ///< being built, or built aside and dropped
  std::vector<Module*> building_;
  std::vector<std::unique_ptr<Module>> finished_;  ///< children before parents
  std::unordered_map<std::string, Module*> by_name_;
  using Keyed = std::vector<std::pair<std::any, detail::Built>>;
  std::unordered_map<std::type_index, std::unordered_map<std::size_t, Keyed>> built_;  ///< by hash
};

}  // namespace hcl::graph
