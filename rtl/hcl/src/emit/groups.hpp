// Which drives stand together in the text: an `assign`, or an `always_comb` that keeps the
// designer's conditions.
#pragma once

#include <vector>

#include "emit/printed.hpp"

namespace hcl::emitter {

struct Group {
  std::vector<const graph::Signal*> targets;        ///< in the order of their first drive
  std::vector<const graph::Statement*> statements;  ///< of the module's body that drive any of them
  std::size_t position = 0;                         ///< of the first of these in the body

  /// Picks the drives of these targets.
  [[nodiscard]] Wanted wanted() const;
  /// One drive under no condition, or null.
  [[nodiscard]] const graph::Drive* single_drive() const;
};

/// Signals that are driven under one condition share a group, unless the group would then depend on
/// itself: a simulator sees a loop there, and reads old values, so such a group falls apart into
/// its signals.
[[nodiscard]] std::vector<Group> drive_groups(const graph::Module& module);

}  // namespace hcl::emitter
