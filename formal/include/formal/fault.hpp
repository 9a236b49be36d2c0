// Faults planted into emitted text: a proof that none of them disturbs would prove nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "formal/task.hpp"

namespace sd::formal {

/// One change at one place.
struct Fault {
  std::string module;  ///< whose text is changed
  int line = 0;
  std::size_t position = 0;  ///< of the change in the file's text
  std::string before, after;
  /// `fifo_width8_depth4:37: "+" becomes "-" in "count_d = count_q + 3'd1;"`
  std::string description;
};

/// Every place where a fault can be planted in the logic of a module: operators swapped, constants
/// off by one, conditions inverted or dropped, reset values turned over. Comments, declarations,
/// ports and properties are left alone. Throws std::invalid_argument naming a module that is not
/// there.
[[nodiscard]] std::vector<Fault> fault_sites(const Task& task, const std::string& module);

/// `count` sites over all `modules`, evenly over the kinds of change and the text; the same seed
/// chooses the same ones.
[[nodiscard]] std::vector<Fault> choose_faults(const Task& task,
                                               const std::vector<std::string>& modules,
                                               std::size_t count, std::uint32_t seed);

[[nodiscard]] Task with_fault(const Task& task, const Fault& fault);

}  // namespace sd::formal
