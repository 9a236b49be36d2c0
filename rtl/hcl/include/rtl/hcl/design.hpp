// An elaborated and checked design.
#pragma once

#include <memory>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

namespace hcl {

namespace graph {
class DesignGraph;
}

enum class Direction { input, output };

/// What a named property of a module is for a simulator or a prover.
enum class CheckKind {
  assertion,   ///< has to hold
  assumption,  ///< holds of the surroundings: a prover takes it for granted, a simulator checks it
  cover,       ///< is seen at least once
};

/// A port as it stands in the SystemVerilog text. `clk_i` and `rst_ni` are not among the ports of a
/// module; clocks and resets with a name are.
struct Port {
  std::string name;  ///< with its suffix, `in_valid_i`
  Direction direction;
  int width;
  bool is_signed;
};

/// What a counter does at the end of its range.
enum class Overflow {
  saturate,  ///< stays at its largest value
  wrap,      ///< goes on at zero
  never,     ///< asserts that it does not come to this
};

struct CounterInfo {
  std::string name;
  int width;
  Overflow overflow;
  std::source_location where;
};

struct InstanceInfo {
  std::string name, module;
};

struct ModuleInfo {
  std::string name;
  std::vector<std::pair<std::string, std::string>> parameters;  ///< as given to ModuleName::with
  std::vector<Port> ports;
  std::vector<std::string> clocks;  ///< besides its own: ports `clk_<name>_i`, `rst_<name>_ni`
  bool has_clock = false;           ///< has a port `clk_i`
  bool has_reset = false;           ///< has a port `rst_ni` (asynchronous, active low)
  bool is_sram = false;  ///< a memory wrapper: behavioural in simulation, a black box for synthesis
  bool is_black_box = false;  ///< described outside of the library; see black_box.hpp
  std::vector<InstanceInfo> instances;
};

/// Handle on an elaborated design; cheap to copy, immutable.
class Design {
 public:
  explicit Design(std::shared_ptr<const graph::DesignGraph> graph);
  /// In compile order: a module comes after those that it instantiates. The last one is the top.
  [[nodiscard]] const std::vector<ModuleInfo>& modules() const { return *modules_; }
  [[nodiscard]] const ModuleInfo& top() const { return modules_->back(); }
  /// By name; throws std::out_of_range naming the module.
  [[nodiscard]] const ModuleInfo& module(const std::string& name) const;
  [[nodiscard]] const graph::DesignGraph& graph() const { return *graph_; }

 private:
  std::shared_ptr<const graph::DesignGraph> graph_;
  std::shared_ptr<const std::vector<ModuleInfo>> modules_;
};

}  // namespace hcl
