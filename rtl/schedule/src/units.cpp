#include "units.hpp"

#include <fmt/format.h>

namespace sd::schedule {

Unit unit_of(const Operation& operation) {
  if (std::holds_alternative<Compute>(operation) || std::holds_alternative<Vector>(operation))
    return Unit::compute;
  if (std::holds_alternative<Store>(operation)) return Unit::store;
  if (std::holds_alternative<End>(operation)) return Unit::none;
  return Unit::load;
}

const char* name_of_token(std::size_t kind) {
  constexpr std::array names{"load to compute", "compute to load", "compute to store",
                             "store to compute", "store to load"};
  return names[kind];
}

TokenMoves token_moves(const Command& command) {
  const Tokens& t = command.tokens;
  const auto reject = [&](bool wrong, const char* flags) {
    if (wrong)
      throw CommandError(fmt::format("{} cannot have {}", name_of(command.operation), flags));
  };
  TokenMoves moves;
  switch (unit_of(command.operation)) {
    case Unit::load:
      reject(t.push_prev, "push_prev: the store unit takes no token from the load unit");
      moves.pops[4] = t.pop_prev;
      moves.pops[1] = t.pop_next;
      moves.pushes[0] = t.push_next;
      break;
    case Unit::compute:
      moves.pops[0] = t.pop_prev;
      moves.pops[3] = t.pop_next;
      moves.pushes[1] = t.push_prev;
      moves.pushes[2] = t.push_next;
      break;
    case Unit::store:
      reject(t.pop_next, "pop_next: the load unit gives no token to the store unit");
      moves.pops[2] = t.pop_prev;
      moves.pushes[3] = t.push_prev;
      moves.pushes[4] = t.push_next;
      break;
    case Unit::none:
      reject(t.pop_prev || t.pop_next || t.push_prev || t.push_next,
             "tokens: it waits for every unit");
      break;
  }
  return moves;
}

}  // namespace sd::schedule
