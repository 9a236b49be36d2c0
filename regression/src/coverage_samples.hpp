// What a repetition met, counted in the bins of functional_coverage_model().
#pragma once

#include <string>

#include "planned_fault.hpp"
#include "verilator_tb/functional_coverage.hpp"

namespace sd::regression {

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
