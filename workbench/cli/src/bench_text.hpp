// Timings for people.
#pragma once

#include <string>

#include "workbench/core/bench_job.hpp"

namespace sd::cli {

[[nodiscard]] std::string bench_text(const core::BenchReport& report);

}  // namespace sd::cli
