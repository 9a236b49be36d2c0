#include "program_reader.hpp"

#include <fmt/format.h>

#include "units.hpp"

namespace sd::schedule {

std::string fault_at(const Command& command, const std::string& what) {
  return fmt::format("command {} ({}): {}", command.id, name_of(command.operation), what);
}

std::vector<Command> read_program(std::span<const std::uint8_t> image, std::uint32_t address,
                                  std::uint32_t count) {
  std::vector<Command> program;
  try {
    program = decode_program(image, address, count);
    for (const Command& command : program) (void)token_moves(command);
  } catch (const CommandError& error) {
    throw ProgramFault(error.what());
  }
  if (program.empty()) throw ProgramFault("the program is empty; it must end with END");
  for (std::size_t i = 0; i < program.size(); ++i)
    if (std::holds_alternative<End>(program[i].operation) != (i + 1 == program.size()))
      throw ProgramFault(fault_at(program[i], "END must be the last command, and only that"));
  return program;
}

void execute(Machine& machine, const Command& command) {
  try {
    machine.execute(command.operation);
  } catch (const ProgramFault& fault) {
    throw ProgramFault(fault_at(command, fault.what()));
  }
}

}  // namespace sd::schedule
