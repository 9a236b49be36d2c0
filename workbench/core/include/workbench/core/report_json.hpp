// The run as one JSON object (docs/report_format.md).
#pragma once

#include <filesystem>
#include <string>

#include "workbench/core/run_job.hpp"

namespace sd::core {

/// The object, indented, with a newline at its end.
[[nodiscard]] std::string report_text(const RunReport& report);

/// Writes it aside, then renames. Throws InputError if it cannot.
void write_report(const RunReport& report, const std::filesystem::path& file);

}  // namespace sd::core
