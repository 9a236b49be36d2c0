// Which command is sure to be complete when another one starts. Vector clocks over the token graph:
// a token has one giver and one taker, and each unit starts and completes its commands in order, so
// the n-th taking of a kind always waits for its n-th giving: which command waits for which does
// not depend on timing. Per place of a memory, the last command of each unit that read it and the
// last that wrote it are enough: if that one is complete, so are those before it. Time and memory
// are linear in commands and places.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "machine.hpp"
#include "units.hpp"

namespace sd::schedule {

class OrderCheck {
 public:
  /// Between which commands conflicts matter: those of the compute unit only (fences), or all.
  enum class Scope { compute_unit, all_units };

  OrderCheck(const Machine& machine, Scope scope) : machine_(machine), scope_(scope) {}

  /// Takes note of a command and of what it touched; commands come in any order that the tokens
  /// allow and must outlive this. Throws ProgramFault naming both commands and the place if one
  /// before it may still be busy there.
  void add(const Command& command, const TouchedPlaces& touched);

 private:
  /// Per unit, how many of its commands are known to be complete.
  using Clock = std::array<std::uint32_t, unit_count>;
  /// Per place, the number (from 1) of a unit's last command that read or wrote it; empty as long
  /// as none did.
  struct Last {
    std::vector<std::uint32_t> reads, writes;
  };

  [[nodiscard]] Clock start_of(std::size_t unit, const Command& command);
  void check(std::size_t unit, const Clock& known, const Command& command, Place kind,
             const Touched& touched) const;
  void require_complete(const std::vector<std::uint32_t>& last, std::uint32_t known,
                        std::size_t other, const Ranges& ranges, Place kind, const Command& command,
                        bool other_writes) const;
  void note(std::size_t unit, Place kind, const Touched& touched);

  const Machine& machine_;
  Scope scope_;
  std::array<Clock, unit_count> known_{};  ///< when the unit's next command starts, tokens apart
  std::array<std::vector<const Command*>, unit_count> commands_;
  std::array<std::deque<Clock>, token_kinds> tokens_;
  std::array<std::array<Last, unit_count>, place_kinds> last_;
};

}  // namespace sd::schedule
