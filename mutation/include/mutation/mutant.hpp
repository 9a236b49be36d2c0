// A planted fault: one change of the design that its tests should notice.
#pragma once

#include <string>
#include <string_view>

namespace sd::mutation {

enum class MutantKind {
  netlist,     ///< Yosys' mutate on the emitted text: a bit inverted, stuck, or mixed with another
  operation,   ///< of the elaborated design: an operator swapped
  comparison,  ///< the edge of a comparison
  off_by_one,  ///< a literal one more or one less
  condition,   ///< a condition or enable dropped, or never holding
  reset,       ///< another reset value
};
/// As in the enumeration.
[[nodiscard]] std::string_view name_of(MutantKind kind);
/// Throws std::invalid_argument for a name that no kind has.
[[nodiscard]] MutantKind kind_of(std::string_view name);

struct Mutant {
  int number = 0;  ///< what brings it to life; the same for the same designs, count and seed
  MutantKind kind = MutantKind::netlist;
  std::string generator;    ///< the block: name of the module without parameters
  std::string module;       ///< of the emitted text
  std::string description;  ///< place and change, in words; the same for every seed
  int design = 0;           ///< the first of the designs that has the module
};

enum class Verdict {
  caught_by_block,  ///< a test of the block, or of blocks that hold it, failed
  caught_by_quick,  ///< a random network or program on the whole chip failed
  equivalent,       ///< proved: no input and no time tells it from the original
  survived,
};
[[nodiscard]] std::string_view name_of(Verdict verdict);
[[nodiscard]] Verdict verdict_of(std::string_view name);

/// What became of one mutant.
struct Outcome {
  int number = 0;
  Verdict verdict = Verdict::survived;
  std::string detail;  ///< the test that failed, the proof that closed, or what was tried
  double seconds = 0;
};

}  // namespace sd::mutation
