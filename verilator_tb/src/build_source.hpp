// SystemVerilog with the accelerator's pins -> shared library; build_model() without the generator,
// for tests of the harness.
#pragma once

#include "model_source.hpp"
#include "verilator_tb/model_build.hpp"

namespace sd::tb {

[[nodiscard]] BuiltModel build_source(const ModelSource& source, const std::filesystem::path& cache,
                                      const Progress& progress, std::stop_token stop,
                                      const ModelOptions& options);

}  // namespace sd::tb
