// What a repetition met, counted in the bins of functional_coverage_model().
#pragma once

#include <string>
#include <vector>

#include "planned_fault.hpp"
#include "rtl/schedule/program.hpp"
#include "verilator_tb/counters.hpp"
#include "verilator_tb/functional_coverage.hpp"

namespace sd::regression {

/// The parameters of a design point.
void sample_design(tb::FunctionalCoverage& functional, const design::DesignPoint& design);

void sample_memory(tb::FunctionalCoverage& functional, const tb::MemoryOptions& memory);

/// Commands that were executed, in program order.
void sample_commands(tb::FunctionalCoverage& functional, const design::DesignPoint& design,
                     const std::vector<schedule::Command>& commands);

/// What a run that ended well counted.
void sample_counters(tb::FunctionalCoverage& functional, const tb::Counters& counters);

void sample_values(tb::FunctionalCoverage& functional, const ValueEvents& values);

void sample_network(tb::FunctionalCoverage& functional, const schedule::Program& program,
                    const pack::PackedModel& model);

enum class Recovery { none, soft_reset, hard_reset };

struct FaultFacts {
  FaultKind kind = FaultKind::illegal;
  Struck struck = Struck::nothing;
  std::string rule;                    ///< of illegal commands
  int code = 0;                        ///< of the error; 0: none
  bool busy = false;                   ///< when it was reset
  Struck under_way = Struck::nothing;  ///< then the last command handed out
  Recovery recovery = Recovery::none;
};

void sample_fault(tb::FunctionalCoverage& functional, const FaultFacts& facts);

}  // namespace sd::regression
