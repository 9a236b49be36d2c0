// Values out of the waveform that yosys-smtbmc writes.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace sd::formal {

/// Name and hexadecimal value of every signal of scope proof.u_top (not of scopes below it) in the
/// given step.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> values_in_step(
    const std::string& vcd, int step);

/// A binary number as hexadecimal; bits that are not 0 or 1 count as 0.
[[nodiscard]] std::string hexadecimal(const std::string& binary);

}  // namespace sd::formal
