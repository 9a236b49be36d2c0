#include "coverage_samples.hpp"

namespace sd::regression {

void sample_fault(tb::FunctionalCoverage&, const FaultFacts&) {}

}  // namespace sd::regression
