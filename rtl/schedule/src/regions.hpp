// Places in the chip's memories and in DRAM, and who touched them last: what the units must wait
// for follows from it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "memories.hpp"
#include "rtl/design/design_point.hpp"
#include "units.hpp"

namespace sd::schedule {

struct Access {
  Place memory = Place::dram;
  std::int64_t begin = 0, end = 0;  ///< half open
  bool writes = false;
};

/// Everything that an operation reads and writes. `weight_words`:
/// the words of a COMPUTE's group, which the command does not say.
[[nodiscard]] std::vector<Access> accesses_of(const Operation& operation,
                                              const design::DesignPoint& design,
                                              std::int64_t weight_words = 0);

[[nodiscard]] bool conflict(const std::vector<Access>& a, const std::vector<Access>& b);

/// Per unit, how many of its commands must be complete; 0: none.
using Needed = std::array<std::int64_t, unit_count>;

class Regions {
 public:
  /// What the next command, of this unit, has to wait for: commands that wrote what it touches, or
  /// read what it writes. Of its own unit only the compute unit's matter, in the input buffer: they
  /// overlap.
  [[nodiscard]] Needed needed(Unit unit, const std::vector<Access>& accesses);
  /// Notes the accesses of the `number`-th command (from 1) of the unit.
  void touch(Unit unit, std::int64_t number, const std::vector<Access>& accesses);

 private:
  struct Last {
    Needed wrote{}, read{};
  };
  using Places = std::map<std::int64_t, Last>;  ///< from this address to the next key
  template <class Visit>
  void visit(const Access& access, Visit visit_place);

  std::array<Places, place_kinds> places_;
};

}  // namespace sd::schedule
