// What differs between an accelerator and the integer reference, in one sentence.
#pragma once

#include <string>

#include "verilator_tb/simulate.hpp"

namespace sd::core {

/// `chip`: what to call the accelerator at the sentence's beginning.
[[nodiscard]] std::string mismatch_text(const std::string& chip, const tb::Mismatch& mismatch);

}  // namespace sd::core
