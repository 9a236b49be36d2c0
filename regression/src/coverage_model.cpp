#include "regression/workload_run.hpp"

namespace sd::regression {

tb::FunctionalCoverage functional_coverage_model() {
  return {};
}

}  // namespace sd::regression
