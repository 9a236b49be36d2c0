// The provers: yosys-smtbmc with z3 for control, with Yosys' own SAT solver for the step of an
// induction; ABC's SAT sweeping for arithmetic.
//
// All throw tb::ToolError where a tool is missing or refuses the text, and tb::Cancelled on a
// request to stop; a time limit that runs out is a result.
#pragma once

#include <chrono>
#include <filesystem>
#include <stop_token>

#include "formal/result.hpp"
#include "formal/task.hpp"
#include "verilator_tb/errors.hpp"

namespace sd::formal {

struct Options {
  std::chrono::seconds time_limit{300};
  /// Where the text, the tools' logs and the waveform of a counterexample are kept, in a folder
  /// named after the top and the method; empty: nothing is kept.
  std::filesystem::path folder;
  std::stop_token stop;
};

/// Every assertion of the task, the design's own ones included, in every run of `cycles` cycles
/// after reset that keeps the assumptions. Registers without reset and memories start with any
/// contents.
[[nodiscard]] Result prove_bounded(const Task& task, int cycles, const Options& options = {});

/// Every assertion in every run, however long: bounded for `cycles` + 1 cycles from reset, then the
/// step from any state after up to `cycles` cycles in which all held. `open` if the step fails: the
/// trace then starts in a state that may not be reachable, which an invariant has to exclude.
[[nodiscard]] Result prove_by_induction(const Task& task, int cycles, const Options& options = {});

/// Reaches each cover point of the task within `cycles` cycles from reset under the assumptions.
[[nodiscard]] Result reach_covers(const Task& task, int cycles, const Options& options = {});

/// Equal outputs for all inputs, `cycles` cycles after any state of the gate.
///
/// `gold` is combinational and has the ports of the gate's top, less `step_i`, `noise_*` and those
/// that probes feed. With `cycles` = 0 both are compared in one cycle, in any state of the gate's
/// registers, if it has any. Otherwise the inputs keep one unknown value over the
/// cycles, inputs `noise_*` take a new one in each, and input `step_i` (4 bits) counts them from 0:
/// the gate's top turns them into a transaction with the block. No register has a known initial
/// value; `rst_ni` stays inactive. An output `given_*` of the gate is an input of that name of the
/// gold and not compared: for the state that a block starts from. An output `applies_o` of the gold
/// restricts the comparison to the inputs for which it is 1. Throws std::invalid_argument where
/// `cycles` is over 15 or the gate has no output.
[[nodiscard]] Result equivalent(const Definition& gold, const Task& gate, int cycles,
                                const Options& options = {});

}  // namespace sd::formal
