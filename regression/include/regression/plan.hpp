// What a regression runs: pairs of a design point and a workload. The same suite and seed give the
// same plan on every machine.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rtl/design/design_point.hpp"

namespace sd::regression {

enum class WorkloadKind {
  networks,  ///< random whole networks, every value against sdengine/integer
  programs,  ///< random command lists, every byte of the memory against direct arithmetic
  faults,    ///< error responses, broken programs, resets: status, interrupt, recovery
  directed,  ///< what chance hardly meets: every register access, programs anywhere in 4 GiB of
             ///< memory with counts of any size, every error code
};
[[nodiscard]] std::string_view name_of(WorkloadKind kind);

/// A kind and a seed say what is run on a design point, to the last bit.
struct Workload {
  WorkloadKind kind = WorkloadKind::networks;
  std::uint64_t seed = 1;
  int repetitions = 1;  ///< networks, programs or faults, one after the other
  friend bool operator==(const Workload&, const Workload&) = default;
};

/// The workloads of one design point, whose model is built once.
struct PlannedDesign {
  design::DesignPoint design;
  bool code_coverage = false;  ///< the model counts lines
  std::vector<Workload> workloads;
  /// It counts toggles too, which makes it many times larger: minutes of compiling.
  bool toggle_coverage = false;
  friend bool operator==(const PlannedDesign&, const PlannedDesign&) = default;
};

enum class Suite {
  quick,
  full,
  soak,  ///< without an end: soak_design() after soak_design()
};
[[nodiscard]] std::string_view name_of(Suite suite);

/// Where the pair of a number stands: both from 0.
struct PairPlace {
  std::size_t design = 0, workload = 0;
};

struct Plan {
  Suite suite = Suite::quick;
  std::uint64_t seed = 1;
  std::vector<PlannedDesign> designs;
  [[nodiscard]] std::size_t pairs() const;  ///< of a design point and a workload
  /// Pairs are numbered from 1, design after design. Throws std::out_of_range.
  [[nodiscard]] PairPlace place(std::size_t number) const;
};

/// quick: few small design points, made for minutes. full: at least 300 pairs. soak: no designs
/// yet.
[[nodiscard]] Plan make_plan(Suite suite, std::uint64_t seed);

/// The design points whose lines and toggles count: small, and together every shape of every block.
[[nodiscard]] std::vector<design::DesignPoint> coverage_designs();

/// A valid design point made by chance, small enough to build in seconds.
[[nodiscard]] design::DesignPoint random_design(std::uint64_t seed);

/// Number `index` (from 0) of the designs that a soak of this seed goes through; each has the same
/// number of workloads.
[[nodiscard]] PlannedDesign soak_design(std::uint64_t seed, std::size_t index);

/// 16 hexadecimal digits over everything in the plan.
[[nodiscard]] std::string content_hash(const Plan& plan);

/// What a user types to run one pair by itself.
[[nodiscard]] std::string command_of_pair(Suite suite, std::uint64_t seed, std::size_t number);

}  // namespace sd::regression
