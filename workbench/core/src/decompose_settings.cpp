#include "decompose_settings.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "toml_section.hpp"
#include "workbench/core/decompose_job.hpp"

namespace sd::core {

namespace {

constexpr int max_rank = 16, max_levels = 15, max_columns = 64, max_rows = 1 << 20;

void read_target(TomlSection target, compress::Options& options) {
  target.read("ratio", options.target_ratio, least_target_ratio, most_target_ratio);
  target.read("drop", options.target_drop, 0.0, 100.0);
  std::vector<std::pair<int, int>> pairs;
  target.read_pairs("candidates", pairs, {1, 1}, {max_rank, max_levels});
  if (!pairs.empty()) {
    options.candidates.clear();
    for (const auto& [rank, levels] : pairs) options.candidates.push_back({rank, levels});
  }
  target.reject_others();
  if (options.target_ratio && options.target_drop)
    target.fail(target.line("drop"), "drop: there is a ratio already; one target is allowed");
}

void read_exact(TomlSection exact, decompose::Settings& settings) {
  exact.read("rank", settings.rank, 1, max_rank);
  exact.read("levels", settings.levels, 1, max_levels);
  exact.read("pointwise_columns", settings.pointwise_columns, 1, max_columns);
  exact.read("slice_rows", settings.slice_rows, 1, max_rows);
  exact.read("filters_per_basis", settings.filters_per_basis, 1, max_rows);
  exact.read("max_iterations", settings.max_iterations, 1, 1000);
  exact.read("hops", settings.hops, 0, 1000);
  exact.read("tolerance", settings.tolerance, 0.0, 1.0);
  exact.read("prune_group", settings.prune_group, 1, max_rows);
  exact.read("prune_energy", settings.prune_energy, 0.0, 0.9);
  exact.read("lambda", settings.lambda, 0.0, 1e30);
  std::string rate;
  exact.read("rate", rate, {"reference", "packed"});
  if (rate == "reference") settings.rate = decompose::RateModel::reference;
  if (rate == "packed") settings.rate = decompose::RateModel::packed;
  exact.reject_others();
}

void read_paper(TomlSection paper, decompose::PaperSettings& settings) {
  paper.read("iternum", settings.iternum, 1, 1'000'000);
  paper.read("threshold", settings.threshold, 0.0, 1e6);
  paper.read("decay", settings.decay, 0.0, 1.0);
  paper.read("scale", settings.scale);
  paper.read("tol", settings.tol, 0.0, 1e6);
  paper.read("rcond", settings.rcond, 0.0, 0.1);
  paper.read("threshold_row", settings.threshold_row);
  paper.read("max_c", settings.max_c, 1e-6, 1e6);
  paper.read("single_precision", settings.single_precision);
  paper.read("pointwise_columns", settings.pointwise_columns, 1, max_columns);
  paper.read("group_size", settings.group_size, 1, max_rows);
  paper.read("levels", settings.levels, 1, max_levels);
  if (auto pruning = paper.section("pruning")) {
    std::string rule;
    pruning->read("rule", rule, {"none", "population", "value", "energy"});
    if (!rule.empty()) settings.pruning.rule = decompose::prune_rule_of(rule);
    pruning->read("threshold", settings.pruning.threshold, 0.0, 1e6);
    pruning->read("group_size", settings.pruning.group_size, 1, max_rows);
    pruning->reject_others();
  }
  paper.reject_others();
}

compress::LayerRule read_rule(TomlSection layer) {
  compress::LayerRule rule;
  layer.read("pattern", rule.pattern);
  layer.read("dense", rule.dense);
  layer.read("rank", rule.rank, 1, max_rank);
  layer.read("levels", rule.levels, 1, max_levels);
  layer.read("pointwise_columns", rule.pointwise_columns, 1, max_columns);
  layer.read("slice_rows", rule.slice_rows, 1, max_rows);
  layer.read("filters_per_basis", rule.filters_per_basis, 1, max_rows);
  layer.reject_others();
  if (rule.pattern.empty())
    layer.fail(layer.line("pattern"),
               "pattern: a [[layer]] needs the name of a layer; * stands for any text, ? for one "
               "character");
  if (rule.rank.has_value() != rule.levels.has_value())
    layer.fail(layer.line(rule.rank ? "rank" : "levels"),
               fmt::format("{0}: stands alone; give {1} too, or neither",
                           rule.rank ? "rank" : "levels", rule.rank ? "levels" : "rank"));
  const bool more =
      rule.rank || rule.pointwise_columns || rule.slice_rows || rule.filters_per_basis;
  if (rule.dense && more)
    layer.fail(layer.line("dense"),
               "dense: a layer left dense has no other settings; take them out, or dense");
  return rule;
}

const char* to_string(decompose::PruneRule rule) {
  switch (rule) {
    case decompose::PruneRule::population:
      return "population";
    case decompose::PruneRule::value:
      return "value";
    case decompose::PruneRule::energy:
      return "energy";
    case decompose::PruneRule::none:
      break;
  }
  return "none";
}

Json exact_json(const decompose::Settings& s) {
  return {{"rank", s.rank},
          {"levels", s.levels},
          {"pointwise_columns", s.pointwise_columns},
          {"slice_rows", s.slice_rows},
          {"filters_per_basis", s.filters_per_basis},
          {"max_iterations", s.max_iterations},
          {"hops", s.hops},
          {"tolerance", s.tolerance},
          {"prune_group", s.prune_group},
          {"prune_energy", s.prune_energy},
          {"lambda", s.lambda},
          {"rate", s.rate == decompose::RateModel::reference ? "reference" : "packed"},
          {"seed", s.seed}};
}

Json paper_json(const decompose::PaperSettings& s) {
  return {{"iternum", s.iternum},
          {"threshold", s.threshold},
          {"decay", s.decay},
          {"scale", s.scale},
          {"tol", s.tol},
          {"rcond", s.rcond},
          {"threshold_row", s.threshold_row},
          {"max_c", s.max_c},
          {"single_precision", s.single_precision},
          {"pointwise_columns", s.pointwise_columns},
          {"group_size", s.group_size},
          {"levels", s.levels},
          {"pruning",
           {{"rule", to_string(s.pruning.rule)},
            {"threshold", s.pruning.threshold},
            {"group_size", s.pruning.group_size}}}};
}

Json rule_json(const compress::LayerRule& rule) {
  Json json = {{"pattern", rule.pattern}};
  if (rule.dense) json["dense"] = true;
  const auto add = [&](const char* key, const std::optional<int>& value) {
    if (value) json[key] = *value;
  };
  add("rank", rule.rank);
  add("levels", rule.levels);
  add("pointwise_columns", rule.pointwise_columns);
  add("slice_rows", rule.slice_rows);
  add("filters_per_basis", rule.filters_per_basis);
  return json;
}

}  // namespace

compress::Options read_decompose_settings(const std::filesystem::path& file) {
  const toml::table root = read_toml_file(file.string());
  compress::Options options;
  TomlSection top(file.string(), "", root);
  std::string algorithm = "exact";
  top.read("algorithm", algorithm, {"exact", "paper"});
  options.algorithm =
      algorithm == "paper" ? compress::Algorithm::paper : compress::Algorithm::exact;
  top.read("seed", options.exact.seed);
  top.read("data_aware", options.data_aware);
  std::string importance = "measured";
  top.read("importance", importance, {"measured", "alike"});
  options.importance =
      importance == "alike" ? compress::Importance::alike : compress::Importance::measured;
  top.read("bias_correction", options.bias_correction);
  top.read("norm_reestimation", options.norm_reestimation);
  top.read("dense_first", options.dense_first);
  top.read("dense_last", options.dense_last);
  if (auto target = top.section("target")) read_target(*target, options);
  if (auto exact = top.section("exact")) read_exact(*exact, options.exact);
  if (auto paper = top.section("paper")) read_paper(*paper, options.paper);
  for (const TomlSection& layer : top.sections("layer")) options.rules.push_back(read_rule(layer));
  top.reject_others();
  return options;
}

Json settings_json(const compress::Options& options) {
  const bool exact = options.algorithm == compress::Algorithm::exact;
  Json json = {{"algorithm", exact ? "exact" : "paper"}};
  if (options.target_ratio) json["target_ratio"] = *options.target_ratio;
  if (options.target_drop) json["target_drop"] = *options.target_drop;
  if (options.target_ratio || options.target_drop) {
    Json candidates = Json::array();
    for (const compress::Candidate& c : options.candidates)
      candidates.push_back({c.rank, c.levels});
    json["candidates"] = std::move(candidates);
    json["importance"] =
        options.importance == compress::Importance::measured ? "measured" : "alike";
  }
  json["data_aware"] = options.data_aware;
  json["bias_correction"] = options.bias_correction;
  json["norm_reestimation"] = options.norm_reestimation;
  json["dense_first"] = options.dense_first;
  json["dense_last"] = options.dense_last;
  if (exact) {
    json["exact"] = exact_json(options.exact);
  } else {
    json["paper"] = paper_json(options.paper);
  }
  Json rules = Json::array();
  for (const compress::LayerRule& rule : options.rules) rules.push_back(rule_json(rule));
  json["layers"] = std::move(rules);
  return json;
}

}  // namespace sd::core
