// Faults planted into everything that is built: the hook of the mutation check.
//
// Off unless $SMARTDEAL_MUTANTS names a folder that write_fault_plan() made; anything else there is
// an error, and a line on standard error says that faults are planted. Then every Block and every
// model that this process builds holds all faults of the plan that belong to its modules, and
// $SMARTDEAL_MUTANT (a number; none: no fault) brings one of them to life each time that a model is
// constructed: one build serves all faults. $SMARTDEAL_MUTANTS_LOG names a file to which the
// numbers of the faults in each built design are appended.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rtl/hcl/faults.hpp"

namespace sd::tb {

/// A netlist with faults that takes the place of a module of exactly one text.
struct NetlistFaults {
  std::string module;
  std::string original_sha256;  ///< of the text that hcl::emit writes without options
  std::string text;             ///< declares `fault_select`, as hcl::FaultyFile does
  std::vector<int> numbers;
};

struct FaultPlan {
  std::vector<hcl::PlantedFault> faults;
  std::vector<NetlistFaults> netlists;
};

/// Atomic; the folder is created. Throws ToolError.
void write_fault_plan(const FaultPlan& plan, const std::filesystem::path& folder);
/// Throws ToolError naming the file where it is not what write_fault_plan() writes.
[[nodiscard]] FaultPlan read_fault_plan(const std::filesystem::path& folder);

/// What `fault_select` is.
struct FaultSelect {
  std::string text;  ///< SystemVerilog, one line
  /// $SMARTDEAL_MUTANT, read when the model is constructed.
  [[nodiscard]] static FaultSelect environment();
  [[nodiscard]] static FaultSelect constant(int number);
};
/// The module's text with that line before its `endmodule`.
[[nodiscard]] std::string with_select(const std::string& text, const FaultSelect& select);

/// hcl::emit, with the faults that the environment asks for. Throws ToolError.
[[nodiscard]] std::vector<hcl::EmittedFile> emit_for_simulation(
    const hcl::Design& design, const hcl::EmitOptions& options = {});

/// The hash that NetlistFaults::original_sha256 holds.
[[nodiscard]] std::string text_hash(const std::string& text);

}  // namespace sd::tb
