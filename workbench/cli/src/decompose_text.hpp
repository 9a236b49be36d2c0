// What decomposition made of a network, for people.
#pragma once

#include <string>

#include "workbench/core/decompose_job.hpp"

namespace sd::cli {

[[nodiscard]] std::string decompose_text(const core::DecomposeReport& report);

}  // namespace sd::cli
