// smartdeal doctor
#include <fmt/format.h>

#include <memory>

#include "commands.hpp"
#include "output.hpp"
#include "table.hpp"
#include "workbench/core/doctor.hpp"
#include "workbench/core/version.hpp"

namespace sd::cli {

namespace {

struct Options {
  std::filesystem::path cache;
  std::optional<std::string> json;
};

std::string doctor_text(const core::DoctorReport& report) {
  using Align = Table::Align;
  Table table({{"tool", Align::left},
               {"version", Align::left},
               {"path", Align::left},
               {"what for", Align::left}});
  std::string problems;
  for (const core::ToolStatus& tool : report.tools) {
    table.add({tool.name, tool.path ? tool.version : "missing",
               tool.path ? tool.path->string() : "", tool.purpose});
    if (!tool.problem.empty())
      problems += fmt::format("{}: {}\n", tool.needed ? "needed" : "optional", tool.problem);
  }
  if (!report.cache_problem.empty()) problems += fmt::format("needed: {}\n", report.cache_problem);
  std::string text = fmt::format("smartdeal {}\n\n{}\ncache of built simulations: {}\n",
                                 core::version(), table.text(), report.cache.string());
  if (!problems.empty()) text += "\n" + problems;
  return text + (report.healthy() ? "all that is needed is there\n"
                                  : "something that is needed is missing\n");
}

int doctor(const Options& options) {
  const Output output(options.json);
  const core::DoctorReport report = core::examine(options.cache);
  output.text(doctor_text(report));
  output.json([&] { return core::report_text(report); });
  return report.healthy() ? 0 : 1;
}

}  // namespace

Command add_doctor(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      program.add_subcommand("doctor", "Say which external tools were found, and their versions");
  command->footer(
      "Exit status: 0 all that `smartdeal run` needs is there, 1 something is missing (the package "
      "to install is named).");
  command->add_option("--cache", options->cache, "Folder of built simulations to look at")
      ->type_name("DIR");
  command->add_option("--json", options->json, "Write the findings as JSON; - for standard output")
      ->type_name("FILE");
  return [options] { return doctor(*options); };
}

}  // namespace sd::cli
