// Does a fault change anything at all?
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "rtl/hcl/emit.hpp"

namespace sd::mutation {

enum class Proof {
  equivalent,  ///< in every state and for every input, next state and outputs are the same
  different,   ///< some state and input tell the two apart, though perhaps one that never comes
               ///< about
  open,        ///< the time ran out
};

struct ProofResult {
  Proof proof = Proof::open;
  double seconds = 0;
};

/// A module's text with faults (`fault_select` undriven), the fault `number` against none.
///
/// Registers are cut: their values are inputs of the comparison, their next values, reset values,
/// resets and clocks are outputs of it. So are the pins of instances: what stands behind them may
/// be any module. `files` say what ports these have. Throws tb::ToolError where Yosys refuses the
/// text.
[[nodiscard]] ProofResult prove_equivalent(const std::vector<hcl::EmittedFile>& files,
                                           const std::string& module,
                                           const std::string& faulty_text, int number,
                                           std::chrono::seconds limit);

}  // namespace sd::mutation
