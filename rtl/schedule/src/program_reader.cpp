#include "program_reader.hpp"

#include <fmt/format.h>

#include <array>

#include "command_limits.hpp"
#include "units.hpp"

namespace sd::schedule {

namespace {

std::vector<Command> decode_commands(std::span<const std::uint8_t> image, std::uint32_t address,
                                     std::uint32_t count) {
  if (address % command_bytes != 0)
    throw ProgramFault(fmt::format("the program's address {:#x} is not a multiple of {} bytes",
                                   address, command_bytes));
  if (count == 0) throw ProgramFault("the program is empty; it must end with END");
  try {
    return decode_program(image, address, count);
  } catch (const CommandError& error) {
    throw ProgramFault(error.what());
  }
}

/// Without the name of the command in front.
void require_valid(const Command& command, const design::DesignPoint& design) {
  try {
    (void)token_moves(command);
  } catch (const CommandError& error) {
    throw ProgramFault(error.what());
  }
  require_limits(command.operation, design);
}

/// The hardware hands commands out in program order: a token that no earlier command gives never
/// comes.
void require_tokens(const std::vector<Command>& program) {
  std::array<int, token_kinds> waiting{};
  for (const Command& command : program) {
    const TokenMoves moves = token_moves(command);
    for (std::size_t kind = 0; kind < token_kinds; ++kind) {
      if (moves.pops[kind] && waiting[kind]-- == 0)
        throw ProgramFault(
            fault_at(command, fmt::format("waits for a token from {} that no earlier command gives",
                                          name_of_token(kind))));
      if (moves.pushes[kind] && ++waiting[kind] > most_tokens)
        throw ProgramFault(fault_at(
            command, fmt::format("gives a token from {} where {} unused ones are waiting already",
                                 name_of_token(kind), most_tokens)));
    }
  }
  for (std::size_t kind = 0; kind < token_kinds; ++kind)
    if (waiting[kind] != 0)
      throw ProgramFault(fault_at(program.back(), fmt::format("leaves {} tokens from {} over",
                                                              waiting[kind], name_of_token(kind))));
}

}  // namespace

std::string fault_at(const Command& command, const std::string& what) {
  return fmt::format("command {} ({}): {}", command.id, name_of(command.operation), what);
}

std::vector<Command> read_program(const design::DesignPoint& design,
                                  std::span<const std::uint8_t> image, std::uint32_t address,
                                  std::uint32_t count) {
  std::vector<Command> program = decode_commands(image, address, count);
  for (std::size_t i = 0; i < program.size(); ++i) {
    if (std::holds_alternative<End>(program[i].operation) != (i + 1 == program.size()))
      throw ProgramFault(fault_at(program[i], "END must be the last command, and only that"));
    try {
      require_valid(program[i], design);
    } catch (const ProgramFault& fault) {
      throw ProgramFault(fault_at(program[i], fault.what()));
    }
  }
  require_tokens(program);
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
