#include "workbench/core/generate_job.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

#include "as_input_error.hpp"
#include "verilator_tb/model_build.hpp"

namespace sd::core {

GenerateReport generate(const std::optional<std::filesystem::path>& design,
                        const std::filesystem::path& folder) {
  return as_input_error([&] {
    GenerateReport report;
    if (design) report.design = design::read_toml(*design);
    design::validate(report.design);
    report.design_hash = design::content_hash(report.design);
    report.folder = folder;
    try {
      report.sources = tb::generate(report.design, folder);
    } catch (const std::filesystem::filesystem_error& error) {
      throw InputError(fmt::format("cannot write {}: {}; choose another folder with -o",
                                   folder.string(), error.code().message()));
    }
    return report;
  });
}

}  // namespace sd::core
