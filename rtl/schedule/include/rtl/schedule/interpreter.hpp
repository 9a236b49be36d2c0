// Executes a program on a memory image, command by command: docs/accelerator.md in executable form.
// It knows no cycles; it knows every value, every access, and every order that the tokens allow.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "rtl/design/design_point.hpp"

namespace sd::schedule {

/// The counters of docs/accelerator.md that do not depend on timing: the RTL's must be equal.
struct Activity {
  std::uint64_t macs = 0, mac_active = 0, rows_executed = 0, rows_skipped_weight = 0,
                rows_skipped_activation = 0;
  std::uint64_t dram_read_beats = 0, dram_write_beats = 0;
  std::uint64_t input_buffer_reads = 0, input_buffer_writes = 0, weight_buffer_reads = 0,
                weight_buffer_writes = 0;
  std::uint64_t index_buffer_reads = 0, index_buffer_writes = 0, output_buffer_reads = 0,
                output_buffer_writes = 0;
  std::uint64_t weights_rebuilt = 0, outputs = 0, local_writes = 0, vector_operations = 0,
                residual_outputs = 0;

  Activity& operator+=(const Activity& other);
  /// Names as in docs/accelerator.md.
  [[nodiscard]] std::vector<std::pair<std::string, std::uint64_t>> by_name() const;
  friend bool operator==(const Activity&, const Activity&) = default;
};

/// "command 12 (COMPUTE): what is wrong": a read of something that was never loaded, an access past
/// a buffer, a field out of range, a token that never comes, an overwrite of something that is
/// still in use, a missing fence ("Limits" and "Rules that no checker sees" of
/// docs/accelerator.md).
class ProgramFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Executes `commands` commands at `address`. With `order` 0 in program order; otherwise the units
/// run ahead of each other as the tokens allow, in an order that follows from the number. The image
/// afterwards holds the outputs. Throws ProgramFault.
Activity interpret(const design::DesignPoint& design, std::vector<std::uint8_t>& image,
                   std::uint32_t address, std::uint32_t commands, std::uint64_t order = 0);

/// Proves that the order of units does not matter: of any two commands that touch the same place,
/// one writing, tokens (or a fence) make the second wait for the first. Throws ProgramFault naming
/// both commands and the place. Time and memory are linear in commands and memory.
void require_ordered(const design::DesignPoint& design, const std::vector<std::uint8_t>& image,
                     std::uint32_t address, std::uint32_t commands);

}  // namespace sd::schedule
