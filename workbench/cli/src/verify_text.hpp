// What `smartdeal verify` says.
#pragma once

#include <string>

#include "workbench/core/verify_job.hpp"

namespace sd::cli {

[[nodiscard]] std::string verify_text(const core::VerifyReport& report);
[[nodiscard]] std::string plan_table(const regression::Plan& plan);

}  // namespace sd::cli
