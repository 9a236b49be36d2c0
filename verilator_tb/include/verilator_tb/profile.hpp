// Where the cycles of a command list go, layer by layer, and what each layer waits for.
#pragma once

#include <functional>
#include <stop_token>
#include <string_view>
#include <vector>

#include "rtl/schedule/program.hpp"
#include "sdengine/integer/executor.hpp"
#include "verilator_tb/counters.hpp"
#include "verilator_tb/memory_options.hpp"
#include "verilator_tb/model_build.hpp"

namespace sd::tb {

/// What keeps a layer from being faster.
enum class Limit {
  array,        ///< jobs wait for a free line, or at least 85 % of the MACs are busy
  issue,        ///< a job, or one step of it, is read from the buffers in nearly every cycle
  vector_unit,  ///< no products
  loads,        ///< the DRAM's read channel
  latency,      ///< none of these: starts, drains, what one command waits for another
};
[[nodiscard]] std::string_view name_of(Limit limit);
/// In a sentence for people.
[[nodiscard]] std::string_view explanation(Limit limit);

struct LayerProfile {
  int operator_index = 0;
  std::vector<int> fused;  ///< additions that its commands do on the way out
  std::size_t run = 0;
  /// What the layer adds to the run: from the end of the last COMPUTE or VECTOR of the layer before
  /// to its own. Loads count where they happen: those of a layer's weights often in the layer
  /// before.
  Counters counters;
  double mac_utilisation = 0;      ///< useful MAC cycles of all, 0 to 1
  std::uint64_t issue_cycles = 0;  ///< cycles in which jobs were read from the buffers, at least
  Limit limit = Limit::latency;
};

/// Runs the command lists up to the end of each layer, and subtracts: what the layers add, adds up
/// to the run (stall and busy cycles within the few that END's place moves). Maps that the host
/// makes are those of the reference. `progress` gets the fraction done. Throws ToolError as
/// simulate() does, Cancelled.
[[nodiscard]] std::vector<LayerProfile> profile_layers(
    const BuiltModel& model, const schedule::Program& program, const integer::Executor& reference,
    const integer::Tensor& image, const MemoryOptions& memory,
    const std::function<void(double)>& progress = {}, std::stop_token stop = {});

}  // namespace sd::tb
