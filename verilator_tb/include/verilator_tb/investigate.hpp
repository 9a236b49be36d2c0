// Where it first goes wrong: the cycle, the value, the tile and the command, and a waveform around
// it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>

#include "verilator_tb/simulate_each.hpp"

namespace sd::tb {

/// The first write of a simulation that is not what the reference says, or the end of one at which
/// the design fails.
struct FirstFault {
  std::size_t image = 0, run = 0;  ///< number of the image; run of the program
  std::uint64_t cycle = 0;         ///< Accelerator::cycles(), as in a trace (time 2 * cycle)
  std::uint64_t run_cycle = 0;     ///< since the host began to start the run
  std::string failure;             ///< empty: a wrong write

  // Of a wrong write.
  std::uint64_t address = 0;
  int expected = 0, actual = 0;  ///< of a value; of a byte of padding, 0 and what it is
  std::string layer;             ///< whose result lies there
  int channel = 0, row = 0, column = 0, tile = 0, group = 0;
  bool padding = false;        ///< past the width of a row
  bool again = false;          ///< a value that had been written before
  std::string store, compute;  ///< the command that writes it and the one before that computes it,
                               ///< disassembled; empty if none does
};

/// Simulates the image on an accelerator fresh from reset, as simulate_each() does, looking at
/// every write. Empty if nothing is wrong.
[[nodiscard]] std::optional<FirstFault> find_first_fault(
    const BuiltModel& model, const schedule::Program& program, const integer::Executor& reference,
    const NumberedImage& image, const SimulationOptions& options, std::stop_token stop);

/// The same simulation again, with the cycles [fault.cycle - before, fault.cycle + after) in an FST
/// file. The model must have been built with ModelOptions::trace. Throws ToolError, Cancelled.
void trace_fault(const BuiltModel& model, const schedule::Program& program,
                 const integer::Executor& reference, const NumberedImage& image,
                 const SimulationOptions& options, const FirstFault& fault,
                 const std::filesystem::path& file, std::uint64_t before, std::uint64_t after,
                 std::stop_token stop);

}  // namespace sd::tb
