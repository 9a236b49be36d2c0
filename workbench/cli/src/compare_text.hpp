// SD against plain quantisation, for people and for documents.
#pragma once

#include <string>

#include "workbench/core/compare_job.hpp"

namespace sd::cli {

[[nodiscard]] std::string compare_text(const core::CompareReport& report);
[[nodiscard]] std::string compare_markdown(const core::CompareReport& report);

}  // namespace sd::cli
