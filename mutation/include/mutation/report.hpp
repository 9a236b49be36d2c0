// What a mutation check found, as a page.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "mutation/choose.hpp"

namespace sd::mutation {

/// Reads `description | explanation`, one a line; lines that begin with # are comments. Throws
/// tb::ToolError naming file and line.
[[nodiscard]] std::map<std::string, std::string> read_explanations(
    const std::filesystem::path& file);

struct ReportInput {
  std::vector<Mutant> mutants;
  std::map<int, Outcome> outcomes;
  std::map<std::string, std::string> explanations;  ///< by description
  std::uint64_t seed = 1;
  std::string designs;  ///< in words
  std::string command;  ///< that makes the report again
};

/// Markdown: totals, per kind, per block, the equivalent ones, the survivors with their
/// explanations.
[[nodiscard]] std::string report(const ReportInput& input);

/// Atomic. Throws tb::ToolError.
void write_page(const std::string& page, const std::filesystem::path& file);

/// Caught by anything, of those with a verdict that are not proved equivalent; 1 if there is none.
[[nodiscard]] double caught_fraction(const std::map<int, Outcome>& outcomes);

}  // namespace sd::mutation
