// What goes wrong in one repetition of the faults workload, and how the accelerator must answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "program_maps.hpp"
#include "regression/random_program.hpp"
#include "verilator_tb/memory_options.hpp"

namespace sd::regression {

enum class FaultKind {
  command_read,     ///< an error response to a read of the program
  load_read,        ///< an error response to a read of what a LOAD fetches
  write_response,   ///< an error response to a write
  early_rlast,      ///< a read burst that ends too soon
  unanswered_read,  ///< a read burst that is never answered
  unanswered_write,
  missing_token,  ///< a unit waits for a token that nobody gives
  short_count,    ///< COMMAND_COUNT ends before END
  no_commands,    ///< COMMAND_COUNT is 0
  long_count,     ///< COMMAND_COUNT goes past END: no error
  early_end,      ///< END in the middle: no error, tokens left over
  misaligned,     ///< COMMAND_ADDRESS is not a multiple of a command
  illegal,        ///< a command breaks a limit
  other_entries,  ///< a bitmap that holds other entries than its command expects
  wild_rows,      ///< entries that name rows outside the tile: no error, wrong values
  soft_reset,     ///< in the middle of the run
  hard_reset,
  start_again,   ///< while busy: ignored
  clear_status,  ///< while busy: nothing to clear
};
inline constexpr int fault_kinds = 19;
[[nodiscard]] std::string_view name_of(FaultKind kind);

/// What a fault in DRAM, or in a command, strikes.
enum class Struck {
  nothing,
  load_input,
  load_index,
  load_weights,
  load_parameters,
  compute,
  store,
  end,
  vector
};

struct PlannedFault {
  FaultKind kind = FaultKind::illegal;
  std::string what;       ///< for people
  RandomProgram program;  ///< image and commands as they are run
  std::uint32_t address = 0, count = 0;
  tb::MemoryOptions memory;
  std::uint32_t watchdog = 0;  ///< cycles; 0: as after reset
  Struck struck = Struck::nothing;
  std::string rule;  ///< of illegal commands
  /// Of the run: empty: it ends well, or is reset; otherwise the error's code (or the other one).
  std::optional<int> code, other_code;
  std::optional<int> id;            ///< in STATUS, where it is known
  bool exact = false;               ///< every byte of memory and every counter must be right
  bool drains = true;               ///< false: only rst_ni ends what is in flight
  std::optional<std::uint64_t> at;  ///< cycles after the start: when something is done to it
};

/// A fault of this kind in the program; empty if there is none (it has no store, no such command).
[[nodiscard]] std::optional<PlannedFault> plan_fault(FaultKind kind, const RandomProgram& program,
                                                     const tb::MemoryOptions& memory, Dice& dice);

}  // namespace sd::regression
