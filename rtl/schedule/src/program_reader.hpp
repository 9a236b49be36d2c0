// A program's commands out of an image, and faults that name the command.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "machine.hpp"
#include "rtl/schedule/command.hpp"

namespace sd::schedule {

/// Decodes, and checks what does not depend on execution: END last and nowhere else, fields inside
/// their limits, tokens between neighbours, given before they are taken, and none left over. Throws
/// ProgramFault.
[[nodiscard]] std::vector<Command> read_program(const design::DesignPoint& design,
                                                std::span<const std::uint8_t> image,
                                                std::uint32_t address, std::uint32_t count);

/// "command 12 (COMPUTE): what"
[[nodiscard]] std::string fault_at(const Command& command, const std::string& what);

/// Executes a command; a fault names it.
void execute(Machine& machine, const Command& command);

}  // namespace sd::schedule
