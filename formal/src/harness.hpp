// The module above the top: what the prover starts from.
#pragma once

#include <string>

#include "formal/task.hpp"

namespace sd::formal {

inline constexpr const char* harness_module = "proof";
/// The instance of the task's top in it.
inline constexpr const char* top_instance = "u_top";

/// Reset in the first step only; every input of the top free in every step; probes connected.
[[nodiscard]] std::string property_harness(const Task& task);

/// Gold beside gate (see `equivalent`); an output `differs_<port>` for each output of the gate.
[[nodiscard]] std::string equivalence_harness(const Definition& gold, const Task& gate, int cycles);

}  // namespace sd::formal
