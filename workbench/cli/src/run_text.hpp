// The report of a run for people.
#pragma once

#include <string>

#include "workbench/core/run_job.hpp"

namespace sd::cli {

/// Per-layer table, accuracy, SD next to the dense baseline, notes; the last line is "bit-exact:
/// yes" or "bit-exact: no".
[[nodiscard]] std::string run_text(const core::RunReport& report);

}  // namespace sd::cli
