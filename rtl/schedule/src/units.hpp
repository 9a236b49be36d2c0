// Which unit executes a command, and which tokens lie between the units.
#pragma once

#include <array>
#include <cstddef>

#include "rtl/schedule/command.hpp"

namespace sd::schedule {

/// END belongs to no unit: it waits for all of them.
enum class Unit : std::size_t { load = 0, compute = 1, store = 2, none = 3 };
inline constexpr std::size_t unit_count = 3;
/// 0 load -> compute, 1 compute -> load, 2 compute -> store, 3 store -> compute, 4 store -> load.
inline constexpr std::size_t token_kinds = 5;
/// Unused tokens that may wait between two units.
inline constexpr int most_tokens = 255;

[[nodiscard]] Unit unit_of(const Operation& operation);
[[nodiscard]] const char* name_of_token(std::size_t kind);

struct TokenMoves {
  std::array<bool, token_kinds> pops{}, pushes{};
};

/// Throws CommandError if the command's unit has no such neighbour.
[[nodiscard]] TokenMoves token_moves(const Command& command);

}  // namespace sd::schedule
