// The reports of `smartdeal generate` and `smartdeal doctor`.
#include "json_envelope.hpp"
#include "workbench/core/doctor.hpp"
#include "workbench/core/generate_job.hpp"

namespace sd::core {

std::string report_text(const GenerateReport& report) {
  Json sources = Json::array();
  for (const auto& source : report.sources) sources.push_back(source.filename().string());
  return envelope("generate",
                  {{"design", {{"name", report.design.name}, {"hash", report.design_hash}}}},
                  {{"folder", report.folder.string()},
                   {"sources", std::move(sources)},
                   {"design", design_json(report.design)}});
}

std::string report_text(const DoctorReport& report) {
  Json tools = Json::array();
  for (const ToolStatus& tool : report.tools) {
    Json json = {{"name", tool.name},
                 {"purpose", tool.purpose},
                 {"package", tool.package},
                 {"needed", tool.needed},
                 {"found", tool.path.has_value()}};
    if (tool.path) json["path"] = tool.path->string();
    if (!tool.version.empty()) json["version"] = tool.version;
    if (!tool.problem.empty()) json["problem"] = tool.problem;
    tools.push_back(std::move(json));
  }
  Json cache = {{"folder", report.cache.string()}};
  if (!report.cache_problem.empty()) cache["problem"] = report.cache_problem;
  return envelope(
      "doctor", Json::object(),
      {{"healthy", report.healthy()}, {"tools", std::move(tools)}, {"cache", std::move(cache)}});
}

}  // namespace sd::core
