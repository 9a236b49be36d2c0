// The report of `smartdeal verify`.
#include "json_envelope.hpp"
#include "regression/verdict.hpp"
#include "workbench/core/verify_job.hpp"

namespace sd::core {

namespace {

using regression::PairState;

Json workload_json(const regression::Workload& workload) {
  return {{"kind", regression::name_of(workload.kind)},
          {"seed", workload.seed},
          {"repetitions", workload.repetitions}};
}

const char* name_of(PairState state) {
  switch (state) {
    case PairState::not_run:
      return "not run";
    case PairState::passed:
      return "passed";
    case PairState::failed:
      return "failed";
  }
  return "?";
}

Json pair_json(const regression::Plan& plan, const regression::PairReport& pair) {
  Json json = {{"pair", pair.number},
               {"design", plan.designs[pair.design].design.name},
               {"workload", workload_json(pair.workload)},
               {"state", name_of(pair.state)},
               {"cycles", pair.cycles},
               {"macs", pair.macs},
               {"seconds", pair.seconds},
               {"kept", pair.kept}};
  if (pair.state == PairState::failed) {
    json["failure"] = pair.failure;
    json["run_again"] = regression::command_of_pair(plan.suite, plan.seed, pair.number);
  }
  return json;
}

Json designs_json(const regression::RegressionReport& report) {
  Json designs = Json::array();
  for (std::size_t d = 0; d < report.plan.designs.size(); ++d) {
    const regression::PlannedDesign& planned = report.plan.designs[d];
    Json json = {{"design", design_json(planned.design)}, {"code_coverage", planned.code_coverage}};
    if (report.builds[d].built) {
      json["build_seconds"] = report.builds[d].seconds;
      json["built_from_cache"] = report.builds[d].from_cache;
    }
    designs.push_back(std::move(json));
  }
  return designs;
}

Json inputs_json(const regression::Plan& plan) {
  Json json = {{"suite", regression::name_of(plan.suite)}, {"seed", plan.seed}};
  if (plan.suite != regression::Suite::soak) json["plan_hash"] = regression::content_hash(plan);
  json["program_hash"] = regression::program_hash();
  return json;
}

}  // namespace

std::string report_text(const VerifyReport& report) {
  const regression::RegressionReport& r = report.regression;
  Json pairs = Json::array(), goals = Json::array();
  for (const regression::PairReport& pair : r.pairs) pairs.push_back(pair_json(r.plan, pair));
  for (const regression::CoverageVerdict& verdict : report.coverage)
    goals.push_back({{"name", verdict.name}, {"reached", verdict.reached}, {"text", verdict.text}});
  Json results = {{"passed", report.passed()},
                  {"pairs_passed", r.count(PairState::passed)},
                  {"pairs_failed", r.count(PairState::failed)},
                  {"pairs_not_run", r.count(PairState::not_run)},
                  {"cycles", r.cycles()},
                  {"simulation_seconds", r.simulation_seconds()},
                  {"wall_seconds", r.wall_seconds},
                  {"jobs", report.jobs},
                  {"store", report.store.empty() ? Json() : Json(report.store.string())},
                  {"coverage_required", report.coverage_required},
                  {"coverage_goals", std::move(goals)},
                  {"missing_bins", r.functional.missing()},
                  {"designs", designs_json(r)},
                  {"pairs", std::move(pairs)},
                  {"functional_coverage", Json::parse(r.functional.json())}};
  if (!report.code.modules.empty()) {
    results["exclusions"] = report.exclusions;
    results["code_coverage"] = Json::parse(report.code.json());
  }
  results["notes"] = report.notes;
  return envelope("verify", inputs_json(r.plan), std::move(results));
}

std::string plan_text(const regression::Plan& plan) {
  Json designs = Json::array();
  std::size_t number = 1;
  for (const regression::PlannedDesign& planned : plan.designs) {
    Json pairs = Json::array();
    for (const regression::Workload& workload : planned.workloads) {
      Json json = {{"pair", number++}};
      json.update(workload_json(workload));
      pairs.push_back(std::move(json));
    }
    designs.push_back({{"design", design_json(planned.design)},
                       {"code_coverage", planned.code_coverage},
                       {"pairs", std::move(pairs)}});
  }
  return envelope("verify", inputs_json(plan), {{"designs", std::move(designs)}});
}

}  // namespace sd::core
