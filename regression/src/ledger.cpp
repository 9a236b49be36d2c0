#include "ledger.hpp"

#include <utility>

namespace sd::regression {

namespace {

void enter(PairReport& pair, const WorkloadResult& result) {
  pair.state = result.passed ? PairState::passed : PairState::failed;
  pair.failure = result.failure;
  pair.cycles = result.cycles;
  pair.macs = result.macs;
  pair.seconds = result.seconds;
}

}  // namespace

Ledger::Ledger(const Plan& plan, const RegressionOptions& options,
               const tb::FunctionalCoverage& functional_model, Store& store)
    : only_pair_(options.only_pair), store_(store), time_left_(options.jobs) {
  report_.plan = plan;
  report_.functional = functional_model;
  if (only_pair_) (void)plan.place(*only_pair_);
  for (std::size_t d = 0; d < plan.designs.size(); ++d) take_up(d);
}

void Ledger::take_up(std::size_t design) {
  const PlannedDesign& planned = report_.plan.designs[design];
  report_.builds.emplace_back();
  Open open;
  open.first = next_number_;
  const auto whole = planned.code_coverage ? store_.load_design_coverage(design) : std::nullopt;
  // If a pair of a finished design was lost, its second run is counted on top of its first.
  if (whole) open.code = *whole;
  for (const Workload& workload : planned.workloads) {
    PairReport pair;
    pair.number = next_number_++;
    pair.design = design;
    pair.workload = workload;
    if (only_pair_ && *only_pair_ != pair.number) continue;
    if (!take_over(planned, whole.has_value(), open, pair)) {
      open.to_do.push_back(pair.number);
      time_left_.to_do(planned, workload);
    }
    report_.pairs.push_back(std::move(pair));
  }
  if (open.to_do.empty()) {
    close(design, open, !whole);
    return;
  }
  time_left_.to_build();
  open.left = open.to_do.size();
  open_.emplace(design, std::move(open));
  to_build_.push_back(design);
}

/// True if the store has the pair's result. `whole`: the design's coverage is there already.
bool Ledger::take_over(const PlannedDesign& planned, bool whole, Open& open, PairReport& pair) {
  std::optional<tb::CodeCoverage> code;
  if (planned.code_coverage && !whole) {
    code = store_.load_coverage(pair.number);
    if (!code) return false;
  }
  const auto result = store_.load_pair(pair.number, planned, pair.workload);
  if (!result) return false;
  report_.functional.merge(result->functional);
  if (code) open.code.merge(*code);
  enter(pair, *result);
  pair.kept = true;
  ++done_;
  failed_ += result->passed ? 0 : 1;
  return true;
}

/// The design's last pair is done.
void Ledger::close(std::size_t design, const Open& open, bool save) {
  if (!planned(design).code_coverage) return;
  report_.code.merge(open.code);
  if (save && !only_pair_)
    store_.save_design_coverage(design, open.first,
                                open.first + planned(design).workloads.size() - 1, open.code);
}

PairReport& Ledger::entry(std::size_t number) {
  return only_pair_ ? report_.pairs.front() : report_.pairs[number - 1];
}
const PairReport& Ledger::pair(std::size_t number) const {
  return only_pair_ ? report_.pairs.front() : report_.pairs[number - 1];
}

std::optional<std::size_t> Ledger::next_design() {
  if (to_build_.empty()) return std::nullopt;
  const std::size_t design = to_build_.front();
  to_build_.pop_front();
  return design;
}

bool Ledger::grow() {
  if (report_.plan.suite != Suite::soak || only_pair_) return false;
  const std::size_t design = report_.plan.designs.size();
  report_.plan.designs.push_back(soak_design(report_.plan.seed, design));
  take_up(design);
  return true;
}

std::vector<std::size_t> Ledger::built(std::size_t design, tb::BuiltModel model, double seconds) {
  time_left_.built(seconds);
  report_.builds[design] = {true, model.from_cache, seconds};
  Open& open = open_.at(design);
  open.model = std::move(model);
  return open.to_do;
}

void Ledger::not_built(std::size_t design, const std::string& why) {
  for (const std::size_t number : open_.at(design).to_do)
    gave_up(number, "the model cannot be built: " + why);
}

void Ledger::ran(std::size_t number, const WorkloadResult& result, const tb::CodeCoverage& code,
                 double seconds) {
  PairReport& pair = entry(number);
  time_left_.ran(planned(pair.design), pair.workload, seconds);
  report_.functional.merge(result.functional);
  enter(pair, result);
  ++done_;
  failed_ += result.passed ? 0 : 1;
  Open& open = open_.at(pair.design);
  open.code.merge(code);
  if (--open.left > 0) return;
  close(pair.design, open, true);
  open_.erase(pair.design);
}

void Ledger::gave_up(std::size_t number, const std::string& why) {
  PairReport& pair = entry(number);  // its design stays open: another run does this pair again
  pair.state = PairState::failed;
  pair.failure = why;
  ++done_;
  ++failed_;
  time_left_.given_up(planned(pair.design), pair.workload);
}

RegressionProgress Ledger::progress() const {
  RegressionProgress p;
  if (report_.plan.suite != Suite::soak || only_pair_) p.pairs = report_.pairs.size();
  p.done = done_;
  p.failed = failed_;
  if (const auto left = time_left_.seconds()) p.seconds_left = *left;
  return p;
}

RegressionReport Ledger::finish() {
  for (const auto& [design, open] : open_) report_.code.merge(open.code);
  report_.notes = store_.notes();
  return std::move(report_);
}

}  // namespace sd::regression
