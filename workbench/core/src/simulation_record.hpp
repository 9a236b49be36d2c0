// One image's result as text, and back.
#pragma once

#include <stdexcept>
#include <string>

#include "verilator_tb/simulate.hpp"

namespace sd::core {

class RecordError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// `input`: hash of the image's values.
[[nodiscard]] std::string record_text(const std::string& input, const tb::SimulationResult& result);

struct SimulationRecord {
  std::string input;
  tb::SimulationResult result;
};
/// Throws RecordError.
[[nodiscard]] SimulationRecord parse_record(const std::string& text);

}  // namespace sd::core
