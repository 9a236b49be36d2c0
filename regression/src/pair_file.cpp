#include "pair_file.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "fnv.hpp"

namespace sd::regression {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* schema = "smartdeal-regression-pair/1";
constexpr const char* check_key = "check";

/// Whatever a failure's text holds, the file is valid JSON.
std::string dumped(const Json& json) {
  return json.dump(1, ' ', false, Json::error_handler_t::replace);
}

Json identity(std::size_t number, const PlannedDesign& planned, const Workload& workload) {
  return {{"schema", schema},
          {"pair", number},
          {"design", {{"name", planned.design.name}, {"hash", content_hash(planned.design)}}},
          {"code_coverage", planned.code_coverage},
          {"workload",
           {{"kind", name_of(workload.kind)},
            {"seed", workload.seed},
            {"repetitions", workload.repetitions}}}};
}

std::string check_of(const Json& json) {
  return fmt::format("{:016x}", fnv1a(dumped(json)));
}

}  // namespace

std::string pair_file_text(std::size_t number, const PlannedDesign& planned,
                           const Workload& workload, const WorkloadResult& result) {
  Json json = identity(number, planned, workload);
  json["passed"] = result.passed;
  json["failure"] = result.failure;
  json["cycles"] = result.cycles;
  json["macs"] = result.macs;
  json["seconds"] = result.seconds;
  json["functional_coverage"] = Json::parse(result.functional.json());
  json = Json::parse(dumped(json));  // with what is not UTF-8 replaced, as a reader gets it
  json[check_key] = check_of(json);
  return dumped(json) + "\n";
}

WorkloadResult parse_pair_file(const std::string& text, std::size_t number,
                               const PlannedDesign& planned, const Workload& workload) {
  try {
    Json json = Json::parse(text);
    const std::string check = json.at(check_key).get<std::string>();
    json.erase(check_key);
    if (check != check_of(json)) throw PairFileError("its check sum is another one");
    const Json wanted = identity(number, planned, workload);
    for (const auto& [key, value] : wanted.items())
      if (json.at(key) != value)
        throw PairFileError(fmt::format("it belongs to another pair (its {} differs)", key));
    WorkloadResult result;
    result.passed = json.at("passed").get<bool>();
    result.failure = json.at("failure").get<std::string>();
    result.cycles = json.at("cycles").get<std::uint64_t>();
    result.macs = json.at("macs").get<std::uint64_t>();
    result.seconds = json.at("seconds").get<double>();
    result.functional =
        tb::FunctionalCoverage::from_json(json.at("functional_coverage").dump(), "the file");
    return result;
  } catch (const Json::exception&) {
    throw PairFileError("it is not whole");
  } catch (const tb::ToolError& error) {
    throw PairFileError(error.what());
  }
}

}  // namespace sd::regression
