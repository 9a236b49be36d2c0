// A packed model on a design: its program, its reference, and what a simulation of it must count.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "rtl/schedule/interpreter.hpp"
#include "rtl/schedule/program.hpp"
#include "sdengine/integer/executor.hpp"
#include "verilator_tb/simulate.hpp"

namespace sd::regression {

struct NetworkBench {
  NetworkBench(const design::DesignPoint& point, std::shared_ptr<const pack::PackedModel> packed,
               const schedule::ScheduleOptions& options = {});

  /// What the schedule's interpreter counts for these images.
  [[nodiscard]] schedule::Activity expected_activity(
      const std::vector<integer::Tensor>& images) const;

  /// Empty if every value is the reference's and every counter that does not depend on timing the
  /// interpreter's; otherwise what differs and where, a line each.
  [[nodiscard]] std::string difference(const tb::SimulationResult& result,
                                       const std::vector<integer::Tensor>& images) const;

  design::DesignPoint design;
  std::shared_ptr<const pack::PackedModel> model;
  schedule::Program program;
  integer::Executor reference;
};

/// "rows_executed: expected 12, counted 13", a line each; empty if all are equal.
[[nodiscard]] std::string counter_difference(const schedule::Activity& expected,
                                             const tb::Counters& counted);

}  // namespace sd::regression
