// The AXI4-Lite register map, said once: the RTL, the table in docs/accelerator.md and a C header
// for drivers are all made from the tables below.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "rtl/accelerator/control/command_format.hpp"

namespace sd::rtl {

/// In the order of `register_map`.
enum class Register { id, design, control, status, command_address, command_count, watchdog };

struct RegisterBits {
  std::string_view name;
  int lsb, width;
};

struct RegisterEntry {
  Register which;
  std::string_view name;
  int offset;  ///< bytes
  bool writable;
  std::uint32_t reset;    ///< what it reads after reset, where that is a constant
  std::string_view text;  ///< Markdown
};

inline constexpr std::uint32_t register_id = 0x53440002;
inline constexpr std::uint32_t watchdog_reset = 1 << 20;

inline constexpr std::array register_map{
    RegisterEntry{Register::id, "ID", 0x00, false, register_id, "0x53440002"},
    RegisterEntry{Register::design, "DESIGN", 0x04, false, 0, "low 32 bits of the design hash"},
    RegisterEntry{Register::control, "CONTROL", 0x08, true, 0,
                  "write 1: `[0]` start, `[1]` soft reset; `[2]` interrupt enable (kept)"},
    RegisterEntry{Register::status, "STATUS", 0x0c, true, 0,
                  "`[0]` busy, `[1]` done, `[2]` error, `[15:8]` error code, `[31:16]` command id; "
                  "write 1 to `[1]`, `[2]` clears"},
    RegisterEntry{Register::command_address, "COMMAND_ADDRESS", 0x10, true, 0, ""},
    RegisterEntry{Register::command_count, "COMMAND_COUNT", 0x14, true, 0, "including END"},
    RegisterEntry{Register::watchdog, "WATCHDOG", 0x18, true, watchdog_reset,
                  "cycles without progress after which a run ends with error 7; 0: never; after "
                  "reset 1048576"}};

namespace control_bits {
inline constexpr RegisterBits start{"START", 0, 1}, soft_reset{"SOFT_RESET", 1, 1},
    interrupt_enable{"INTERRUPT_ENABLE", 2, 1};
inline constexpr std::array all{start, soft_reset, interrupt_enable};
}  // namespace control_bits

namespace status_bits {
inline constexpr RegisterBits busy{"BUSY", 0, 1}, done{"DONE", 1, 1}, error{"ERROR", 2, 1},
    error_code{"ERROR_CODE", 8, 8}, command_id{"COMMAND_ID", 16, 16};
inline constexpr std::array all{busy, done, error, error_code, command_id};
}  // namespace status_bits

/// Counter i is the 64 bits at `counters_offset + 8 * i`, low word first.
inline constexpr int counters_offset = 0x40;

struct RunErrorText {
  RunError code;
  std::string_view text, macro;
};
inline constexpr std::array run_errors{
    RunErrorText{RunError::illegal_opcode, "illegal opcode", "ILLEGAL_OPCODE"},
    RunErrorText{RunError::read_response, "read response", "READ_RESPONSE"},
    RunErrorText{RunError::write_response, "write response", "WRITE_RESPONSE"},
    RunErrorText{RunError::no_end, "program ended without END", "NO_END"},
    RunErrorText{RunError::index_entries, "index entries differ", "INDEX_ENTRIES"},
    RunErrorText{RunError::field_range, "field out of range", "FIELD_RANGE"},
    RunErrorText{RunError::watchdog, "watchdog", "WATCHDOG"}};

[[nodiscard]] constexpr const RegisterEntry& entry_of(Register which) {
  return register_map[static_cast<std::size_t>(which)];
}
[[nodiscard]] constexpr int offset_of(Register which) {
  return entry_of(which).offset;
}

/// The table of docs/accelerator.md, "Registers", and the sentence with the error codes.
[[nodiscard]] std::string register_table_markdown();
[[nodiscard]] std::string error_codes_markdown();

/// C99 (and C++) macros for offsets, fields, error codes and counters, all prefixed SD_.
[[nodiscard]] std::string register_header();

}  // namespace sd::rtl
