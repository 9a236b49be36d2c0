#include "regression/regression.hpp"

namespace sd::regression {

Engine simulator(const std::filesystem::path& cache) {
  Engine engine;
  engine.build = [cache](const design::DesignPoint& design, const tb::ModelOptions& how,
                         std::stop_token stop) {
    return tb::build_model(design, cache, {}, std::move(stop), how);
  };
  engine.run = run_workload;
  engine.functional_model = functional_coverage_model();
  return engine;
}

}  // namespace sd::regression
