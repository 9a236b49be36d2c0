// SystemVerilog of a design point, for use outside the workbench.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "rtl/design/design_point.hpp"

namespace sd::core {

struct GenerateReport {
  design::DesignPoint design;
  std::string design_hash;
  std::filesystem::path folder;
  std::vector<std::filesystem::path> sources;  ///< in compile order
};

/// Writes sources, file list and manifest into `folder`, whole or not at all. `design` empty: the
/// default design point. Throws InputError.
[[nodiscard]] GenerateReport generate(const std::optional<std::filesystem::path>& design,
                                      const std::filesystem::path& folder);

/// As one JSON object (docs/report_format.md), with a newline at its end.
[[nodiscard]] std::string report_text(const GenerateReport& report);

}  // namespace sd::core
