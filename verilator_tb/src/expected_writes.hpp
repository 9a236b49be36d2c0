// What one run of a program writes if it is right, for the scoreboard that looks at every write.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "rtl/schedule/program.hpp"
#include "sdengine/integer/executor.hpp"
#include "verilator_tb/accelerator.hpp"

namespace sd::tb {

/// While it lives, the accelerator's writes are compared with the reference's values.
class ExpectedWrites {
 public:
  /// `values`: of every operator, by the reference.
  ExpectedWrites(const schedule::Program& program, const schedule::ProgramRun& run,
                 const std::vector<integer::Tensor>& values, Accelerator& chip);
  ~ExpectedWrites();
  ExpectedWrites(const ExpectedWrites&) = delete;
  ExpectedWrites& operator=(const ExpectedWrites&) = delete;

 private:
  Accelerator& chip_;
  std::vector<std::uint8_t> bytes_;  ///< from begin_ on
  std::uint64_t begin_ = 0;
};

/// The operator whose result a run writes to this address: the first one, where a concatenation
/// shares its memory with what is concatenated.
[[nodiscard]] std::optional<int> owner_of(const schedule::Program& program,
                                          const schedule::ProgramRun& run, std::uint64_t address);

}  // namespace sd::tb
