// Which faults are planted.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mutation/mutant.hpp"
#include "rtl/hcl/design.hpp"
#include "verilator_tb/fault_plan.hpp"

namespace sd::mutation {

struct ChooseOptions {
  int count = 240;  ///< half of them by Yosys, half of the elaborated design
  std::uint64_t seed = 1;
  std::vector<std::string> generators;  ///< only these blocks; empty: every one
};

/// The mutants and what the builds need to know of them. Faults of the elaborated design and those
/// of netlists are two plans, because a module holds one kind at a time.
struct MutantSet {
  std::vector<Mutant> mutants;  ///< number n stands at n - 1
  tb::FaultPlan own, netlist;
  [[nodiscard]] const tb::FaultPlan& plan_of(const Mutant& mutant) const {
    return mutant.kind == MutantKind::netlist ? netlist : own;
  }
};

/// Every generator of the designs gets one mutant of each kind at least, the rest goes by the
/// number of places where a fault can be; within a generator the kinds take turns. Runs Yosys once
/// per design. The same arguments give the same mutants. Throws tb::ToolError, and
/// std::invalid_argument where a generator is named that no design has.
[[nodiscard]] MutantSet choose_mutants(const std::vector<hcl::Design>& designs,
                                       const ChooseOptions& options);

}  // namespace sd::mutation
