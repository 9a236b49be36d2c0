#include "rtl/schedule/interpreter.hpp"

#include <fmt/format.h>

#include <array>
#include <deque>
#include <random>

#include "ordering.hpp"
#include "program_reader.hpp"

namespace sd::schedule {

namespace {

/// The unit queues of one program, filled up front: units may run as far ahead as the tokens let
/// them.
class Queues {
 public:
  explicit Queues(const std::vector<Command>& commands) : commands_(commands) {
    for (std::size_t i = 0; i + 1 < commands.size(); ++i)
      queues_[static_cast<std::size_t>(unit_of(commands[i].operation))].push_back(i);
  }

  [[nodiscard]] bool empty() const {
    return queues_[0].empty() && queues_[1].empty() && queues_[2].empty();
  }

  /// Takes the next command of one of the units whose next command has its tokens. (There is one:
  /// a program's tokens are given before they are taken.)
  std::size_t take(std::mt19937_64& random) {
    std::array<std::size_t, unit_count> ready{};
    std::size_t count = 0;
    for (std::size_t unit = 0; unit < unit_count; ++unit)
      if (!queues_[unit].empty() && has_tokens(commands_[queues_[unit].front()]))
        ready[count++] = unit;
    auto& queue = queues_[ready[random() % count]];
    const std::size_t command = queue.front();
    queue.pop_front();
    move_tokens(commands_[command]);
    return command;
  }

 private:
  [[nodiscard]] bool has_tokens(const Command& command) const {
    const TokenMoves moves = token_moves(command);
    for (std::size_t kind = 0; kind < token_kinds; ++kind)
      if (moves.pops[kind] && tokens_[kind] == 0) return false;
    return true;
  }

  void move_tokens(const Command& command) {
    const TokenMoves moves = token_moves(command);
    for (std::size_t kind = 0; kind < token_kinds; ++kind)
      tokens_[kind] += (moves.pushes[kind] ? 1 : 0) - (moves.pops[kind] ? 1 : 0);
  }

  const std::vector<Command>& commands_;
  std::array<std::deque<std::size_t>, unit_count> queues_;
  std::array<int, token_kinds> tokens_{};
};

}  // namespace

Activity interpret(const design::DesignPoint& design, std::vector<std::uint8_t>& image,
                   std::uint32_t address, std::uint32_t commands, std::uint64_t order) {
  const std::vector<Command> program = read_program(design, image, address, commands);
  Machine machine(design, image, address, std::int64_t{commands} * command_bytes);
  OrderCheck fences(machine, OrderCheck::Scope::compute_unit);
  const auto run = [&](const Command& command) {
    execute(machine, command);
    fences.add(command, machine.take_touched());
  };
  if (order == 0) {
    for (const Command& command : program) run(command);
  } else {
    Queues queues(program);
    std::mt19937_64 random(order);
    while (!queues.empty()) run(program[queues.take(random)]);
  }
  machine.count_command_fetches(commands);
  return machine.activity();
}

}  // namespace sd::schedule
