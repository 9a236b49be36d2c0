#include "plan.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sd::compress {

namespace {

/// Filters of a depthwise layer that share a basis: with three rows each, about as many rows as a
/// slice of the paper has.
constexpr int rows_of_a_shared_basis = 192;

const LayerRule* rule_for(const std::vector<LayerRule>& rules, const std::string& name) {
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const LayerRule& rule) {
    return matches(rule.pattern, name);
  });
  return found == rules.end() ? nullptr : &*found;
}

void require_sound(const LayerRule& rule) {
  if (rule.rank.has_value() != rule.levels.has_value())
    throw std::invalid_argument(fmt::format(
        "the rule for layers '{}' sets only one of rank and levels; set both", rule.pattern));
}

/// Settings and candidates of one layer: those of the options, then what its rule says.
void settle(LayerPlan& plan, const Options& options, const LayerRule* rule) {
  decompose::Settings& settings = plan.settings;
  settings = options.exact;
  if (options.algorithm == Algorithm::paper)
    settings.pointwise_columns = options.paper.pointwise_columns;
  const bool targeted = options.target_ratio || options.target_drop;
  if (plan.shape.depthwise)
    settings.filters_per_basis = std::max(1, rows_of_a_shared_basis / plan.shape.kernel_height);
  if (targeted) plan.candidates = options.candidates;
  if (rule != nullptr) {
    settings.pointwise_columns = rule->pointwise_columns.value_or(settings.pointwise_columns);
    settings.slice_rows = rule->slice_rows.value_or(settings.slice_rows);
    settings.filters_per_basis = rule->filters_per_basis.value_or(settings.filters_per_basis);
    if (rule->rank) {
      settings.rank = *rule->rank;
      settings.levels = *rule->levels;
      plan.candidates = {{*rule->rank, *rule->levels}};
    }
    plan.dense = rule->dense;
    if (plan.dense) plan.reason = "left dense by a rule";
  }
  if (plan.candidates.empty()) plan.candidates = {{settings.rank, settings.levels}};
}

}  // namespace

bool matches(const std::string& pattern, const std::string& text) {
  // Greedy with one point to fall back to: the last star.
  std::size_t p = 0, t = 0, star = std::string::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t]) && pattern[p] != '*') {
      ++p;
      ++t;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (star != std::string::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::vector<Candidate> default_candidates() {
  return {{2, 1}, {3, 1}, {4, 1}, {5, 1}, {2, 2}, {3, 2},
          {4, 2}, {5, 2}, {3, 4}, {4, 4}, {6, 2}, {5, 4}};
}

std::vector<LayerPlan> plan_layers(const graph::Network& network, const Options& options) {
  if (options.target_ratio && !(*options.target_ratio > 1 && *options.target_ratio < 1000))
    throw std::invalid_argument(fmt::format("target_ratio is {}; it must be above 1 and below 1000",
                                            *options.target_ratio));
  if (options.target_drop && !(*options.target_drop > 0 && *options.target_drop < 100))
    throw std::invalid_argument(fmt::format(
        "target_drop is {} points; it must be above 0 and below 100", *options.target_drop));
  if (options.target_ratio && options.target_drop)
    throw std::invalid_argument("target_ratio and target_drop are both given; give one of them");
  if (options.algorithm == Algorithm::paper && (options.target_ratio || options.target_drop))
    throw std::invalid_argument(
        "algorithm paper has a threshold, no target; use algorithm exact for a target");
  std::vector<LayerPlan> plans;
  for (const LayerRule& rule : options.rules) require_sound(rule);
  std::vector<bool> used(options.rules.size());
  for (std::size_t i = 0; i < network.operators.size(); ++i) {
    const graph::Operator& op = network.operators[i];
    if (!op.has_weights()) continue;
    LayerPlan plan;
    plan.operator_index = static_cast<int>(i);
    plan.shape = pack::weight_shape(network, plan.operator_index);
    const LayerRule* const rule = rule_for(options.rules, op.name);
    settle(plan, options, rule);
    for (std::size_t k = 0; k < used.size(); ++k)
      if (matches(options.rules[k].pattern, op.name)) used[k] = true;
    plans.push_back(std::move(plan));
  }
  const auto leave_dense = [](LayerPlan& plan, const char* why) {
    plan.dense = true;
    plan.reason = why;
  };
  if (options.dense_first && !plans.empty()) leave_dense(plans.front(), "the first layer");
  if (options.dense_last && !plans.empty()) leave_dense(plans.back(), "the last layer");
  for (std::size_t k = 0; k < used.size(); ++k)
    if (!used[k])
      throw std::invalid_argument(fmt::format("no layer's name matches the rule '{}' in network {}",
                                              options.rules[k].pattern, network.name));
  return plans;
}

}  // namespace sd::compress
