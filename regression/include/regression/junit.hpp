// A regression's results for the tools that show test results.
#pragma once

#include <string>
#include <vector>

#include "regression/regression.hpp"
#include "regression/verdict.hpp"

namespace sd::regression {

/// JUnit's XML: a test suite per design, a test case per pair with its failure (failure_text), and
/// a suite "coverage" with `coverage` as its cases (empty: none).
[[nodiscard]] std::string junit_text(const RegressionReport& report,
                                     const std::vector<CoverageVerdict>& coverage);

}  // namespace sd::regression
