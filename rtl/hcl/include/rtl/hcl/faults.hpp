// Faults planted into an elaborated design: what its tests should notice (mutation testing).
//
// A fault belongs to a line of a generator, not to a module: it is planted into every module that
// the generator makes, whatever the parameters, so that a block test with parameters of its own
// meets the same fault as the whole chip. All faults stand in one text, each behind a comparison of
// `fault_select` with its number: one build runs them all.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "rtl/hcl/emit.hpp"

namespace hcl {

enum class FaultKind {
  operation,   ///< an operator is another one, the arms of a mux are swapped
  comparison,  ///< the edge of a comparison: < becomes <=
  off_by_one,  ///< a literal is one more or one less, a state another one
  condition,   ///< a condition or a term of one is dropped, or never holds
  reset,       ///< a register has another value after reset
};
/// `off_by_one`, as in the enumeration.
[[nodiscard]] std::string_view fault_kind_name(FaultKind kind);

struct Fault {
  std::string generator;  ///< name of the module without its parameters
  FaultKind kind = FaultKind::operation;
  std::string file;  ///< of the designer's C++, without folders
  int line = 0;
  std::string change;  ///< "+ becomes -"
  int place = 0;       ///< among those of one module that are equal up to here, in program order
  auto operator<=>(const Fault&) const = default;
};

struct ModuleFaults {
  std::string module;  ///< as in the text
  std::string generator;
  std::vector<Fault> faults;  ///< in program order
};

/// Every fault that can be planted, per module in compile order. What only properties read is left
/// alone, and so are black boxes and memory macros.
[[nodiscard]] std::vector<ModuleFaults> possible_faults(const Design& design);

struct PlantedFault {
  int number = 1;  ///< 1 .. 65,535: the value of `fault_select` that brings it to life
  Fault fault;
};

/// A module's text with faults in it. It declares `logic [15:0] fault_select` and leaves it
/// undriven: whoever uses the text says where the number comes from. Zero selects none.
struct FaultyFile {
  EmittedFile file;
  std::vector<int> numbers;  ///< of the faults that the module has; empty: as emit() writes it
};
inline constexpr std::string_view fault_select_name = "fault_select";

/// As emit(), with the faults that belong to the design's modules. While it runs nobody else may
/// use the design or a copy of it. Throws std::invalid_argument for a number out of range.
[[nodiscard]] std::vector<FaultyFile> emit_with_faults(const Design& design,
                                                       const std::vector<PlantedFault>& faults,
                                                       const EmitOptions& options = {});

}  // namespace hcl
