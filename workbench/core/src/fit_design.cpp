#include "fit_design.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "rtl/schedule/program.hpp"

namespace sd::core {

namespace {

class Limits {
 public:
  explicit Limits(const design::DesignPoint& design) : design_(design) {}

  void lower(const std::string& what, int& value, int limit) {
    if (value <= limit) return;
    notes_.push_back(fmt::format("{} {} of the settings is more than design {} has: {} is taken",
                                 what, value, design_.name, limit));
    value = limit;
  }
  void lower(const std::string& what, std::optional<int>& value, int limit) {
    if (value) lower(what, *value, limit);
  }
  [[nodiscard]] std::vector<std::string> notes() const { return notes_; }

 private:
  const design::DesignPoint& design_;
  std::vector<std::string> notes_;
};

}  // namespace

std::vector<std::string> fit_to_design(compress::Options& settings,
                                       const design::DesignPoint& design) {
  Limits limits(design);
  if (settings.algorithm == compress::Algorithm::paper) {
    limits.lower("levels", settings.paper.levels, design.levels);
    limits.lower("pointwise_columns", settings.paper.pointwise_columns, design.columns);
  } else {
    // With a target the candidates say rank and levels.
    if (!settings.target_ratio && !settings.target_drop) {
      limits.lower("rank", settings.exact.rank, design.rank);
      limits.lower("levels", settings.exact.levels, design.levels);
    }
    limits.lower("pointwise_columns", settings.exact.pointwise_columns, design.columns);
  }
  for (compress::LayerRule& rule : settings.rules) {
    const std::string layer = fmt::format("[[layer]] \"{}\": ", rule.pattern);
    limits.lower(layer + "rank", rule.rank, design.rank);
    limits.lower(layer + "levels", rule.levels, design.levels);
    limits.lower(layer + "pointwise_columns", rule.pointwise_columns, design.columns);
  }
  settings.exact.prune_group = design.slices;

  std::vector<compress::Candidate> fitting;
  for (compress::Candidate candidate : settings.candidates) {
    candidate.rank = std::min(candidate.rank, design.rank);
    candidate.levels = std::min(candidate.levels, design.levels);
    if (std::find(fitting.begin(), fitting.end(), candidate) == fitting.end())
      fitting.push_back(candidate);
  }
  settings.candidates = std::move(fitting);
  return limits.notes();
}

std::vector<std::string> left_to_host(const pack::PackedModel& model,
                                      const design::DesignPoint& design) {
  std::vector<std::string> notes;
  for (const schedule::OffChip& off : schedule::build_program(model, design).off_chip)
    notes.push_back(
        fmt::format("{} does not run on design {}: {}",
                    model.network.operators[static_cast<std::size_t>(off.operator_index)].name,
                    design.name, off.reason));
  return notes;
}

}  // namespace sd::core
