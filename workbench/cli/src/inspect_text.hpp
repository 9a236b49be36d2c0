// What is in a .sd file, for people.
#pragma once

#include <string>

#include "workbench/core/inspect_job.hpp"

namespace sd::cli {

/// Provenance, structure, per-layer table, histogram of exponents, storage, notes.
[[nodiscard]] std::string inspect_text(const core::InspectReport& report);

}  // namespace sd::cli
