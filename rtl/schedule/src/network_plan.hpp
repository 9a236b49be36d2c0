// The network as tasks for the accelerator, and the maps between them, before anything is placed:
// additions fused into the convolutions before them, concatenations whose inputs are written side
// by side.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rtl/schedule/program.hpp"

namespace sd::schedule {

/// A feature map that is placed as a whole; concatenated maps are parts of one.
struct Map {
  int channels = 0, height = 0, width = 0;
  std::vector<int> operators;           ///< whose results it holds
  int first_task = -1, last_task = -1;  ///< written from, read until
  bool in_dram = false;  ///< somebody outside the run reads or writes it, or it does not fit
  bool must_stay_off_chip = false;  ///< the image, and what crosses from one run to another
  bool resident = false;            ///< lies in the input buffer
  std::int64_t word = 0;            ///< of the input buffer, if resident
  std::uint32_t address = 0;        ///< in DRAM
  [[nodiscard]] int pitch_words(const design::DesignPoint& design) const;
  [[nodiscard]] std::int64_t words(const design::DesignPoint& design) const;
};

/// Channels of a map.
struct View {
  int map = -1, first_channel = 0, channels = 0;
};

struct Task {
  int operator_index = 0;  ///< whose commands these are
  Execution execution = Execution::array;
  int run = 0;
  View output;
  std::vector<View> inputs;  ///< of the operator; array: its one input
  /// Array: the addition that is done on the way out, its operator and other operand.
  int fused_add = -1;
  View residual;
};

struct NetworkPlan {
  std::vector<Task> tasks;  ///< array and vector, in the order of execution
  std::vector<Map> maps;
  std::vector<std::optional<View>>
      views;  ///< per operator; none for a convolution whose addition is fused
  std::vector<Execution> executions;  ///< per operator
  std::vector<OffChip> off_chip;
  int runs = 0;
};

/// What later planning found not to fit.
struct Refusals {
  std::vector<OffChip> operators;
  std::vector<int> fusions;  ///< additions that must be commands of their own
};

[[nodiscard]] NetworkPlan plan_network(const pack::PackedModel& model,
                                       const design::DesignPoint& design,
                                       const ScheduleOptions& options, const Refusals& refusals);

}  // namespace sd::schedule
