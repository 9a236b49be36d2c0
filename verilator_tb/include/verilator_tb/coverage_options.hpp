// Which of Verilator's coverage counts a model keeps.
#pragma once

#include <string>
#include <vector>

namespace sd::tb {

/// What of a design Verilator counts (`--coverage-...`). Several times slower, and slower to build,
/// the larger the design: collect it on small design points.
struct CoverageOptions {
  bool line = false;    ///< basic blocks
  bool toggle = false;  ///< every bit of every signal and memory changes
  bool user = false;    ///< cover statements of the design (hcl's cover_)
  [[nodiscard]] bool any() const { return line || toggle || user; }
  /// Verilator's flags for it.
  [[nodiscard]] std::vector<std::string> flags() const {
    std::vector<std::string> list;
    if (line) list.emplace_back("--coverage-line");
    if (toggle) list.emplace_back("--coverage-toggle");
    if (user) list.emplace_back("--coverage-user");
    return list;
  }
  friend bool operator==(const CoverageOptions&, const CoverageOptions&) = default;
};

}  // namespace sd::tb
