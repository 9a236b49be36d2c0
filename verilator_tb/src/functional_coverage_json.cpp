// Functional coverage as JSON and back.
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "files.hpp"
#include "verilator_tb/functional_coverage.hpp"

namespace sd::tb {
namespace {

using Json = nlohmann::ordered_json;
constexpr const char* schema = "smartdeal.functional_coverage/1";

}  // namespace

std::string FunctionalCoverage::json() const {
  Json groups = Json::array();
  for (const auto& [name, group] : groups_) {
    Json points = Json::array();
    for (const CoverGroup::Point& point : group.points_) {
      Json bins = Json::array();
      for (std::size_t i = 0; i < point.bins.size(); ++i) {
        Json bin = {{"name", point.bins[i].name}, {"hits", point.bins[i].hits}};
        if (point.crosses.empty()) {
          bin["low"] = point.ranges[i].low;
          bin["high"] = point.ranges[i].high;
        }
        if (!point.bins[i].ignored.empty()) bin["ignored"] = point.bins[i].ignored;
        bins.push_back(std::move(bin));
      }
      Json entry = {{"name", point.name}};
      if (!point.crosses.empty()) entry["crosses"] = point.crosses;
      entry["bins"] = std::move(bins);
      points.push_back(std::move(entry));
    }
    groups.push_back({{"name", name}, {"points", std::move(points)}});
  }
  const Json all = {{"schema", schema},
                    {"percent", percent()},
                    {"missing", missing()},
                    {"groups", std::move(groups)}};
  return all.dump(1) + "\n";
}

void FunctionalCoverage::save(const std::filesystem::path& file) const {
  const std::filesystem::path aside = file.string() + ".new";
  write_file(aside, json());
  std::filesystem::rename(aside, file);
}

FunctionalCoverage FunctionalCoverage::load(const std::filesystem::path& file) {
  return from_json(read_file(file), file.string());
}

FunctionalCoverage FunctionalCoverage::from_json(const std::string& text, const std::string& name) {
  FunctionalCoverage result;
  try {
    const Json all = Json::parse(text);
    if (all.at("schema") != schema)
      throw ToolError(fmt::format("{}: the schema is not {}", name, schema));
    for (const Json& group : all.at("groups")) {
      CoverGroup& own = result.group(group.at("name"));
      for (const Json& point : group.at("points")) {
        const std::string point_name = point.at("name");
        if (point.contains("crosses")) {
          own.cross(point_name, point.at("crosses"));
        } else {
          std::vector<CoverBin> bins;
          for (const Json& bin : point.at("bins"))
            bins.emplace_back(bin.at("name").get<std::string>(), bin.at("low").get<std::int64_t>(),
                              bin.at("high").get<std::int64_t>());
          own.point(point_name, bins);
        }
        std::vector<BinState>& states = own.find(point_name)->bins;
        if (states.size() != point.at("bins").size())
          throw ToolError(fmt::format("{}: {}.{} has {} bins where its points make {}", name,
                                      own.name(), point_name, point.at("bins").size(),
                                      states.size()));
        for (std::size_t i = 0; i < states.size(); ++i) {
          const Json& bin = point.at("bins")[i];
          states[i] = {bin.at("name"), bin.at("hits"), bin.value("ignored", "")};
        }
      }
    }
  } catch (const Json::exception& error) {
    throw ToolError(fmt::format("{}: not functional coverage: {}", name, error.what()));
  } catch (const std::invalid_argument& error) {
    throw ToolError(fmt::format("{}: {}", name, error.what()));
  }
  return result;
}

}  // namespace sd::tb
