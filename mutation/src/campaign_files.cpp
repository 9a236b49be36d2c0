#include "campaign_files.hpp"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tools.hpp"

namespace sd::mutation {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* mutants_name = "mutants.json";
constexpr const char* outcomes_name = "outcomes.jsonl";
constexpr const char* survey_name = "survey.jsonl";

void append(const json& line, const fs::path& file) {
  std::ofstream out(file, std::ios::app | std::ios::binary);
  out << line.dump() + "\n";
  if (!out.flush())
    throw tb::ToolError(fmt::format("cannot append to {}: is the disk full?", file.string()));
}

/// The lines of a file that may end in half a line.
std::vector<json> lines_of(const fs::path& file) {
  std::vector<json> lines;
  std::ifstream in(file, std::ios::binary);
  for (std::string line; std::getline(in, line);)
    if (json parsed = json::parse(line, nullptr, false); !parsed.is_discarded())
      lines.push_back(std::move(parsed));
  return lines;
}

}  // namespace

CampaignKey key_of(const CampaignOptions& options) {
  CampaignKey key{options.choose.count, options.choose.seed, {}};
  std::string all;
  for (const hcl::Design& design : options.designs)
    for (const hcl::EmittedFile& file : hcl::emit(design)) all += file.name + file.text;
  for (const std::string& generator : options.choose.generators) all += generator + " ";
  key.sources = tb::text_hash(all);
  return key;
}

void save_mutants(const MutantSet& set, const CampaignKey& key, const fs::path& folder) {
  json all = {{"count", key.count}, {"seed", key.seed}, {"sources", key.sources}};
  all["mutants"] = json::array();
  for (const Mutant& mutant : set.mutants)
    all["mutants"].push_back({{"number", mutant.number},
                              {"kind", name_of(mutant.kind)},
                              {"generator", mutant.generator},
                              {"module", mutant.module},
                              {"description", mutant.description},
                              {"design", mutant.design}});
  tb::write_fault_plan(set.own, folder / "own");
  tb::write_fault_plan(set.netlist, folder / "netlist");
  write_text(folder / mutants_name, all.dump(1) + "\n");  // last: the plans are there with it
}

std::optional<MutantSet> load_mutants(const CampaignKey& key, const fs::path& folder) {
  if (!fs::exists(folder / mutants_name)) return std::nullopt;
  try {
    const json all = json::parse(read_text(folder / mutants_name));
    const CampaignKey other{all.at("count"), all.at("seed"), all.at("sources")};
    if (!(other == key))
      throw tb::ToolError(fmt::format(
          "{} holds a mutation check of {} mutants, seed {}, of {} design: give another folder, or "
          "remove it",
          folder.string(), other.count, other.seed,
          other.sources == key.sources ? "the same" : "another"));
    MutantSet set;
    for (const json& entry : all.at("mutants"))
      set.mutants.push_back({entry.at("number"), kind_of(entry.at("kind").get<std::string>()),
                             entry.at("generator"), entry.at("module"), entry.at("description"),
                             entry.at("design")});
    set.own = tb::read_fault_plan(folder / "own");
    set.netlist = tb::read_fault_plan(folder / "netlist");
    return set;
  } catch (const json::exception& error) {
    throw tb::ToolError(fmt::format("{} is damaged ({}): remove the folder",
                                    (folder / mutants_name).string(), error.what()));
  }
}

void append_outcome(const Outcome& outcome, const fs::path& folder) {
  append({{"number", outcome.number},
          {"verdict", name_of(outcome.verdict)},
          {"detail", outcome.detail},
          {"seconds", outcome.seconds}},
         folder / outcomes_name);
}

std::map<int, Outcome> load_outcomes(const fs::path& folder) {
  std::map<int, Outcome> outcomes;
  for (const json& line : lines_of(folder / outcomes_name))
    outcomes[line.at("number")] = {line.at("number"),
                                   verdict_of(line.at("verdict").get<std::string>()),
                                   line.at("detail"), line.at("seconds")};
  return outcomes;
}

void append_survey(const SurveyedTest& test, const fs::path& folder) {
  append({{"program", test.program.string()},
          {"test", test.name},
          {"seconds", test.seconds},
          {"mutants", test.mutants}},
         folder / survey_name);
}

std::vector<SurveyedTest> load_survey(const fs::path& folder) {
  std::vector<SurveyedTest> tests;
  for (const json& line : lines_of(folder / survey_name))
    tests.push_back({line.at("program").get<std::string>(), line.at("test"), line.at("seconds"),
                     line.at("mutants").get<std::vector<int>>()});
  return tests;
}

}  // namespace sd::mutation
