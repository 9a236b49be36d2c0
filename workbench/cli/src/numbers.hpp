// Checks of numbers on the command line, which name the allowed range.
#pragma once

#include <CLI/CLI.hpp>

namespace sd::cli {

[[nodiscard]] CLI::Validator whole_number(long low, long high);
[[nodiscard]] CLI::Validator number(double low, double high);

}  // namespace sd::cli
