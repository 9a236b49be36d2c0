#include "regression/plan.hpp"

#include <fmt/format.h>

#include <set>
#include <stdexcept>

#include "design_points.hpp"
#include "fnv.hpp"
#include "random_stream.hpp"

namespace sd::regression {

namespace {

using design::DesignPoint;
using design::MacKind;

/// What random numbers of the plan's seed are for.
enum Purpose : std::uint64_t { for_workload = 1, for_design = 2 };

/// How many pairs of each kind a design gets, and of how many repetitions.
struct Share {
  int pairs = 0, repetitions = 1;
};
struct Shares {
  Share networks, programs, faults, directed;
};

/// The workloads of a design before which the plan has `first` pairs.
std::vector<Workload> workloads(std::uint64_t seed, std::size_t first, const Shares& shares) {
  std::vector<Workload> list;
  const auto add = [&](WorkloadKind kind, const Share& share) {
    for (int i = 0; i < share.pairs; ++i)
      list.push_back({kind, seed_of(seed, for_workload, first + list.size()), share.repetitions});
  };
  add(WorkloadKind::networks, shares.networks);
  add(WorkloadKind::programs, shares.programs);
  add(WorkloadKind::faults, shares.faults);
  add(WorkloadKind::directed, shares.directed);
  return list;
}

void add(Plan& plan, const DesignPoint& design, bool code_coverage, const Shares& shares) {
  plan.designs.push_back({design, code_coverage, workloads(plan.seed, plan.pairs(), shares)});
  plan.designs.back().toggle_coverage = code_coverage && plan.suite == Suite::full;
}

/// Number `index` of the random designs of a seed. Chance alone would leave some combination of
/// what changes the hardware most without a design: these take turns.
DesignPoint balanced_design(std::uint64_t seed, std::size_t index) {
  for (std::uint64_t attempt = 0;; ++attempt) {
    DesignPoint d = random_design(seed_of(seed, for_design, index << 16 | attempt));
    const bool wanted = (d.mac_kind == MacKind::parallel) == (index % 2 == 0) &&
                        (d.axi_data_bits == 64) == (index / 2 % 2 == 0) &&
                        d.rebuild == (index / 4 % 4 != 3) &&
                        (!d.rebuild || (d.skip_weight_rows == (index / 4 % 4 != 1) &&
                                        d.skip_activation_rows == (index / 4 % 4 != 2)));
    if (wanted) return d;
  }
}

Plan quick_plan(std::uint64_t seed) {
  Plan plan{Suite::quick, seed, {}};
  for (const DesignPoint& design : quick_coverage_designs())
    add(plan, design, true, {{3, 4}, {3, 10}, {2, 5}, {2, 3}});
  const std::vector<DesignPoint> examples = small_example_designs();
  for (const char* name : {"small_parallel", "small_dense"})
    for (const DesignPoint& design : examples)
      if (design.name == name) add(plan, design, false, {{3, 10}, {3, 30}, {2, 10}, {1, 2}});
  for (std::size_t i = 0; i < 2; ++i)
    add(plan, balanced_design(seed, 8 * i + seed % 4), false, {{3, 10}, {3, 30}, {2, 10}, {1, 2}});
  return plan;
}

Plan full_plan(std::uint64_t seed) {
  constexpr std::size_t random_designs = 64;
  Plan plan{Suite::full, seed, {}};
  for (const DesignPoint& design : coverage_designs())
    add(plan, design, true, {{10, 10}, {10, 30}, {6, 10}, {4, 10}});
  for (const DesignPoint& design : small_example_designs())
    add(plan, design, false, {{3, 20}, {3, 50}, {2, 20}, {1, 5}});
  for (std::size_t i = 0; i < random_designs; ++i)
    add(plan, balanced_design(seed, i), false, {{1, 20}, {1, 40}, {1, 20}, {1, 2}});
  return plan;
}

constexpr Shares soak_shares = {{2, 20}, {2, 40}, {1, 20}, {1, 2}};

}  // namespace

std::string_view name_of(WorkloadKind kind) {
  switch (kind) {
    case WorkloadKind::networks:
      return "networks";
    case WorkloadKind::programs:
      return "programs";
    case WorkloadKind::faults:
      return "faults";
    case WorkloadKind::directed:
      return "directed";
  }
  return "?";
}

std::string_view name_of(Suite suite) {
  switch (suite) {
    case Suite::quick:
      return "quick";
    case Suite::full:
      return "full";
    case Suite::soak:
      return "soak";
  }
  return "?";
}

std::size_t Plan::pairs() const {
  std::size_t count = 0;
  for (const PlannedDesign& planned : designs) count += planned.workloads.size();
  return count;
}

PairPlace Plan::place(std::size_t number) const {
  std::size_t first = 1;
  for (std::size_t d = 0; d < designs.size() && number >= first; ++d) {
    const std::size_t count = designs[d].workloads.size();
    if (number < first + count) return {d, number - first};
    first += count;
  }
  throw std::out_of_range(fmt::format("pair {}: the plan has pairs 1 to {}", number, pairs()));
}

Plan make_plan(Suite suite, std::uint64_t seed) {
  switch (suite) {
    case Suite::quick:
      return quick_plan(seed);
    case Suite::full:
      return full_plan(seed);
    case Suite::soak:
      break;
  }
  return {Suite::soak, seed, {}};
}

PlannedDesign soak_design(std::uint64_t seed, std::size_t index) {
  constexpr Shares s = soak_shares;
  constexpr std::size_t pairs =
      s.networks.pairs + s.programs.pairs + s.faults.pairs + s.directed.pairs;
  return {balanced_design(seed, index), false, workloads(seed, index * pairs, s)};
}

std::string content_hash(const Plan& plan) {
  std::string text = fmt::format("{} {}\n", name_of(plan.suite), plan.seed);
  for (const PlannedDesign& planned : plan.designs) {
    text += fmt::format("{} {} {}\n", design::content_hash(planned.design), planned.code_coverage,
                        planned.toggle_coverage);
    for (const Workload& w : planned.workloads)
      text += fmt::format("{} {} {}\n", name_of(w.kind), w.seed, w.repetitions);
  }
  return fmt::format("{:016x}", fnv1a(text));
}

std::string command_of_pair(Suite suite, std::uint64_t seed, std::size_t number) {
  return fmt::format("smartdeal verify --suite {} --seed {} --pair {}", name_of(suite), seed,
                     number);
}

}  // namespace sd::regression
