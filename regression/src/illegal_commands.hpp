// Every limit of docs/accelerator.md that the hardware holds a command against, broken by itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "program_maps.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/schedule/command.hpp"

namespace sd::regression {

struct IllegalCommand {
  std::string rule;  ///< "LOAD_INPUT address", "END unnamed bit"
  schedule::CommandWords words{};
  int code = 6;  ///< of the error: 1 illegal opcode, 6 field out of range
};

/// Names of all rules, in a fixed order: what functional coverage counts.
[[nodiscard]] const std::vector<std::string>& illegal_rules();

/// The command with that rule broken and the rest as it was; empty if the rule is not for this
/// command, or cannot be broken in its bits on this design.
[[nodiscard]] std::optional<IllegalCommand> break_rule(const std::string& rule,
                                                       const schedule::Command& command,
                                                       const design::DesignPoint& design,
                                                       Dice& dice);

}  // namespace sd::regression
