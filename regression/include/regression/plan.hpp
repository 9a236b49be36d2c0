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
  bool code_coverage = false;  ///< the model counts lines and toggles
  std::vector<Workload> workloads;
};

enum class Suite { quick, full };

struct Plan {
  Suite suite = Suite::quick;
  std::uint64_t seed = 1;
  std::vector<PlannedDesign> designs;
  [[nodiscard]] std::size_t pairs() const;  ///< of a design point and a workload
};

/// quick: few small design points, made for minutes. full: at least 300 pairs.
[[nodiscard]] Plan make_plan(Suite suite, std::uint64_t seed);

/// The design points whose lines and toggles count: small, and together every shape of every block.
[[nodiscard]] std::vector<design::DesignPoint> coverage_designs();

/// A valid design point made by chance, small enough to build in seconds.
[[nodiscard]] design::DesignPoint random_design(std::uint64_t seed);

}  // namespace sd::regression
