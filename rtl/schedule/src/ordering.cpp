// Vector clocks over the token graph. Units are in order and a token has one giver and one taker,
// so the n-th taking of a kind always waits for its n-th giving: which command waits for which does
// not depend on timing.
#include <fmt/format.h>

#include <array>
#include <deque>

#include "machine.hpp"
#include "program_reader.hpp"
#include "units.hpp"

namespace sd::schedule {

namespace {

/// Per unit, how many of its commands are known to be complete.
using Clock = std::array<std::size_t, unit_count>;

void join(Clock& clock, const Clock& other) {
  for (std::size_t u = 0; u < unit_count; ++u) clock[u] = std::max(clock[u], other[u]);
}

struct Executed {
  const Command* command = nullptr;
  std::array<Touched, Machine::memories> touched;
};

class OrderCheck {
 public:
  OrderCheck(const design::DesignPoint& design, std::vector<std::uint8_t> image)
      : image_(std::move(image)), machine_(design, image_) {}

  void run(const Command& command) {
    const auto unit = static_cast<std::size_t>(unit_of(command.operation));
    if (unit == unit_count) return;
    const TokenMoves moves = token_moves(command);
    Clock start = unit_clock_[unit];
    for (std::size_t kind = 0; kind < token_kinds; ++kind)
      if (moves.pops[kind]) join(start, take(kind, command));
    execute(machine_, command);
    const Executed executed{&command, machine_.take_touched()};
    for (std::size_t other = 0; other < unit_count; ++other)
      if (other != unit)
        for (std::size_t i = start[other]; i < history_[other].size(); ++i)
          require_apart(history_[other][i], executed);
    history_[unit].push_back(executed);
    Clock end = start;
    end[unit] = history_[unit].size();
    unit_clock_[unit] = end;
    for (std::size_t kind = 0; kind < token_kinds; ++kind)
      if (moves.pushes[kind]) tokens_[kind].push_back(end);
  }

 private:
  Clock take(std::size_t kind, const Command& command) {
    if (tokens_[kind].empty())
      throw ProgramFault(fault_at(command, "waits for a token that no earlier command gives"));
    const Clock clock = tokens_[kind].front();
    tokens_[kind].pop_front();
    return clock;
  }

  void require_apart(const Executed& earlier, const Executed& later) const {
    for (std::size_t memory = 0; memory < Machine::memories; ++memory)
      if (earlier.touched[memory].conflicts(later.touched[memory]))
        throw ProgramFault(fault_at(
            *later.command,
            fmt::format("touches the same {} as command {} ({}), and no token makes it wait",
                        machine_.memory_name(memory), earlier.command->id,
                        name_of(earlier.command->operation))));
  }

  std::vector<std::uint8_t> image_;
  Machine machine_;
  std::array<Clock, unit_count> unit_clock_{};
  std::array<std::vector<Executed>, unit_count> history_;
  std::array<std::deque<Clock>, token_kinds> tokens_;
};

}  // namespace

void require_ordered(const design::DesignPoint& design, const std::vector<std::uint8_t>& image,
                     std::uint32_t address, std::uint32_t commands) {
  const std::vector<Command> program = read_program(image, address, commands);
  OrderCheck check(design, image);
  for (const Command& command : program) check.run(command);
}

}  // namespace sd::schedule
