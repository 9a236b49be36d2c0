// Whether a regression is good enough, and why not.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "regression/regression.hpp"
#include "verilator_tb/code_coverage.hpp"

namespace sd::regression {

/// OpenTitan asks 90 % of its blocks at stage V2 and 100 % at V3 (its development stages,
/// "sign-off criteria").
struct CoverageGoals {
  double line_percent = 100;       ///< of the lines that are not excluded
  double toggle_percent = 90;      ///< of the toggle points that are not excluded
  double excluded_percent = 3;     ///< of all lines, at most
  bool unused_exclusions = false;  ///< an exclusion may take nothing out
};

struct CoverageVerdict {
  std::string name;  ///< functional, line, toggle, exclusions
  bool reached = true;
  std::string text;  ///< "99.20 % of 2,114 lines, 100 % are asked for"
};

/// In the order functional, line, toggle, exclusions. Where no code was counted only functional,
/// and no toggle where no toggles were.
[[nodiscard]] std::vector<CoverageVerdict> judge_coverage(const tb::FunctionalCoverage& functional,
                                                          const tb::CoverageReport& code,
                                                          const CoverageGoals& goals = {});

/// Those of a file, or those that are part of the program. Throws ToolError naming file and line.
[[nodiscard]] tb::Exclusions read_exclusions(const std::optional<std::filesystem::path>& file);

/// What a user needs of a failed pair: what is wrong, the command that runs it again, its design
/// point.
[[nodiscard]] std::string failure_text(const Plan& plan, const PairReport& pair);

}  // namespace sd::regression
