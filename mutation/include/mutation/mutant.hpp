// A planted fault: one change of the design that its tests should notice.
#pragma once

#include <string>

namespace sd::mutation {

enum class MutantKind {
  netlist,     ///< Yosys' mutate on the emitted text: a bit inverted, stuck, swapped
  operation,   ///< of the elaborated design: an operator swapped
  off_by_one,  ///< a literal one more or one less
  enable,      ///< a condition dropped
  reset,       ///< another reset value
};

struct Mutant {
  int number = 0;  ///< the same for the same design and seed
  MutantKind kind = MutantKind::netlist;
  std::string module;       ///< of the emitted text
  std::string description;  ///< signal, line and what is changed, in words
};

enum class Verdict {
  caught,      ///< a test failed
  equivalent,  ///< proved: no input and no time tells it from the original
  survived,
};

}  // namespace sd::mutation
