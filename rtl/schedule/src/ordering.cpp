#include "ordering.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "program_reader.hpp"

namespace sd::schedule {

namespace {

constexpr auto compute_unit = static_cast<std::size_t>(Unit::compute);

bool has_fence(const Command& command) {
  const auto* compute = std::get_if<Compute>(&command.operation);
  return compute == nullptr || compute->fence != 0;
}

}  // namespace

OrderCheck::Clock OrderCheck::start_of(std::size_t unit, const Command& command) {
  Clock& known = known_[unit];
  const TokenMoves moves = token_moves(command);
  for (std::size_t kind = 0; kind < token_kinds; ++kind)
    if (moves.pops[kind]) {
      const Clock& given = tokens_[kind].front();
      for (std::size_t u = 0; u < unit_count; ++u) known[u] = std::max(known[u], given[u]);
      tokens_[kind].pop_front();
    }
  // Loads, and stores, follow each other; a COMPUTE may overlap those before it.
  if (unit != compute_unit || has_fence(command))
    known[unit] = static_cast<std::uint32_t>(commands_[unit].size());
  return known;
}

void OrderCheck::add(const Command& command, const TouchedPlaces& touched) {
  const auto unit = static_cast<std::size_t>(unit_of(command.operation));
  if (unit == unit_count) return;
  const Clock known = start_of(unit, command);
  for (std::size_t kind = 0; kind < place_kinds; ++kind)
    check(unit, known, command, static_cast<Place>(kind), touched[kind]);
  commands_[unit].push_back(&command);
  if (scope_ == Scope::all_units || unit == compute_unit)
    for (std::size_t kind = 0; kind < place_kinds; ++kind)
      note(unit, static_cast<Place>(kind), touched[kind]);
  Clock complete = known;
  complete[unit] = static_cast<std::uint32_t>(commands_[unit].size());
  if (std::holds_alternative<Vector>(command.operation)) known_[unit] = complete;
  const TokenMoves moves = token_moves(command);
  for (std::size_t kind = 0; kind < token_kinds; ++kind)
    if (moves.pushes[kind]) tokens_[kind].push_back(complete);
}

void OrderCheck::check(std::size_t unit, const Clock& known, const Command& command, Place kind,
                       const Touched& touched) const {
  for (std::size_t other = 0; other < unit_count; ++other) {
    // A unit reads and writes in order, but for the input buffer under overlapping COMPUTEs. They
    // write to the output buffer in order.
    const bool own = other == unit;
    if (own && (unit != compute_unit || kind == Place::output)) continue;
    if (!own && scope_ == Scope::compute_unit) continue;
    const Last& last = last_[static_cast<std::size_t>(kind)][other];
    require_complete(last.writes, known[other], other, touched.reads, kind, command, true);
    require_complete(last.reads, known[other], other, touched.writes, kind, command, false);
    if (!own)
      require_complete(last.writes, known[other], other, touched.writes, kind, command, true);
  }
}

void OrderCheck::require_complete(const std::vector<std::uint32_t>& last, std::uint32_t known,
                                  std::size_t other, const Ranges& ranges, Place kind,
                                  const Command& command, bool other_writes) const {
  if (last.empty()) return;
  for (const Range& range : ranges) {
    const auto first = last.begin() + range.first, end = last.begin() + range.last + 1;
    std::uint32_t latest = 0;  // a loop that the compiler turns into vector instructions
    for (auto at = first; at != end; ++at) latest = std::max(latest, *at);
    if (latest <= known) continue;
    const auto at = std::find(first, end, latest);
    const Command& earlier = *commands_[other][latest - 1];
    const bool own = other == static_cast<std::size_t>(unit_of(command.operation));
    throw ProgramFault(fault_at(
        command, fmt::format("touches {}, which command {} ({}) {}, and no {} makes it wait",
                             machine_.name_of(kind, at - last.begin()), earlier.id,
                             sd::schedule::name_of(earlier.operation),
                             other_writes ? "writes" : "reads", own ? "fence" : "token")));
  }
}

void OrderCheck::note(std::size_t unit, Place kind, const Touched& touched) {
  Last& last = last_[static_cast<std::size_t>(kind)][unit];
  const auto number = static_cast<std::uint32_t>(commands_[unit].size());
  const auto fill = [&](std::vector<std::uint32_t>& numbers, const Ranges& ranges) {
    for (const Range& range : ranges) {
      if (numbers.empty()) numbers.resize(static_cast<std::size_t>(machine_.size_of(kind)));
      std::fill(numbers.begin() + range.first, numbers.begin() + range.last + 1, number);
    }
  };
  fill(last.reads, touched.reads);
  fill(last.writes, touched.writes);
}

void require_ordered(const design::DesignPoint& design, const std::vector<std::uint8_t>& image,
                     std::uint32_t address, std::uint32_t commands) {
  auto memory = image;
  const std::vector<Command> program = read_program(design, memory, address, commands);
  Machine machine(design, memory, address, std::int64_t{commands} * command_bytes);
  OrderCheck order(machine, OrderCheck::Scope::all_units);
  for (const Command& command : program) {
    execute(machine, command);
    order.add(command, machine.take_touched());
  }
}

}  // namespace sd::schedule
