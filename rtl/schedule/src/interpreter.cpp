#include "rtl/schedule/interpreter.hpp"

#include <fmt/format.h>

#include <deque>
#include <random>

#include "machine.hpp"
#include "program_reader.hpp"
#include "units.hpp"

namespace sd::schedule {

namespace {

/// The unit queues of one program, filled up front: units may run as far ahead as the tokens let
/// them.
class Queues {
 public:
  explicit Queues(const std::vector<Command>& commands) {
    for (std::size_t i = 0; i + 1 < commands.size(); ++i)
      queues_[static_cast<std::size_t>(unit_of(commands[i].operation))].push_back(i);
    commands_ = &commands;
  }

  /// The units whose next command has its tokens.
  [[nodiscard]] std::vector<std::size_t> ready() const {
    std::vector<std::size_t> units;
    for (std::size_t unit = 0; unit < unit_count; ++unit)
      if (!queues_[unit].empty() && has_tokens((*commands_)[queues_[unit].front()]))
        units.push_back(unit);
    return units;
  }

  [[nodiscard]] bool empty() const {
    return queues_[0].empty() && queues_[1].empty() && queues_[2].empty();
  }

  /// The earliest command that still waits.
  [[nodiscard]] std::size_t first_waiting() const {
    std::size_t first = commands_->size();
    for (const auto& queue : queues_)
      if (!queue.empty()) first = std::min(first, queue.front());
    return first;
  }

  /// Takes the next command of a unit with its tokens.
  std::size_t start(std::size_t unit) {
    const std::size_t command = queues_[unit].front();
    queues_[unit].pop_front();
    const TokenMoves moves = token_moves((*commands_)[command]);
    for (std::size_t kind = 0; kind < token_kinds; ++kind)
      tokens_[kind] -= moves.pops[kind] ? 1 : 0;
    return command;
  }

  void complete(std::size_t command) {
    const TokenMoves moves = token_moves((*commands_)[command]);
    for (std::size_t kind = 0; kind < token_kinds; ++kind)
      tokens_[kind] += moves.pushes[kind] ? 1 : 0;
  }

  [[nodiscard]] bool has_tokens(const Command& command) const {
    const TokenMoves moves = token_moves(command);
    for (std::size_t kind = 0; kind < token_kinds; ++kind)
      if (moves.pops[kind] && tokens_[kind] == 0) return false;
    return true;
  }

  void require_none_left() const {
    for (std::size_t kind = 0; kind < token_kinds; ++kind)
      if (tokens_[kind] != 0)
        throw ProgramFault(
            fmt::format("leaves {} tokens from {} over", tokens_[kind], name_of_token(kind)));
  }

 private:
  const std::vector<Command>* commands_;
  std::array<std::deque<std::size_t>, unit_count> queues_;
  std::array<int, token_kinds> tokens_{};
};

}  // namespace

Activity interpret(const design::DesignPoint& design, std::vector<std::uint8_t>& image,
                   std::uint32_t address, std::uint32_t commands, std::uint64_t order) {
  const std::vector<Command> program = read_program(image, address, commands);
  Machine machine(design, image);
  Queues queues(program);
  std::mt19937_64 random(order);
  while (!queues.empty()) {
    const std::size_t first = queues.first_waiting();
    const auto ready = queues.ready();
    std::size_t unit = static_cast<std::size_t>(unit_of(program[first].operation));
    if (ready.empty() || (order == 0 && !queues.has_tokens(program[first])))
      throw ProgramFault(
          fault_at(program[first], "waits for a token that no earlier command gives"));
    if (order != 0) unit = ready[random() % ready.size()];
    const std::size_t command = queues.start(unit);
    execute(machine, program[command]);
    queues.complete(command);
  }
  try {
    queues.require_none_left();
  } catch (const ProgramFault& fault) {
    throw ProgramFault(fault_at(program.back(), fault.what()));
  }
  machine.count_command_fetches(commands);
  return machine.activity();
}

}  // namespace sd::schedule
