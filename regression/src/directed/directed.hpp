// What chance hardly meets: every register in every way, programs anywhere in the address space,
// counts of any size. A directed workload does each of these once a repetition.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "program_maps.hpp"
#include "regression/random_program.hpp"
#include "session.hpp"
#include "sparse_memory.hpp"

namespace sd::regression {

/// A chip in front of 4 GiB of memory.
struct DirectedChip {
  const Request& request;
  SparseMemory memory;
  tb::Accelerator chip;
  tb::Counters total = {};

  explicit DirectedChip(const Request& r)
      : request(r), chip(r.model, memory.bytes(), static_cast<std::uint32_t>(r.workload.seed)) {}
};

/// A random program at an address of its own.
struct PlacedProgram {
  RandomProgram program;
  std::uint32_t base = 0;
  [[nodiscard]] std::uint32_t address() const { return base + program.address; }
  [[nodiscard]] std::uint32_t commands() const {
    return static_cast<std::uint32_t>(program.commands.size());
  }
};

/// Makes one anywhere in the address space, and puts it there; the rest of the memory is zero.
[[nodiscard]] PlacedProgram place_program(DirectedChip& at, Dice& dice);
/// The image of a program whose addresses all grow by `base`.
[[nodiscard]] std::vector<std::uint8_t> moved_image(const RandomProgram& program,
                                                    std::uint32_t base);

// Each returns what is wrong; empty: nothing. They throw DesignFault where a rule is broken.

/// Reads and writes every address of the register port in every shape of access.
[[nodiscard]] std::string sweep_registers(DirectedChip& at, Dice& dice);

/// A random program that lies anywhere, with a COMMAND_COUNT that may go far beyond its END.
[[nodiscard]] std::string run_placed_program(DirectedChip& at, Dice& dice);

/// A program that comes to no good end: each way of ending one by chance, with the error that it
/// must give, up to the soft reset behind it.
[[nodiscard]] std::string run_broken_program(DirectedChip& at, Dice& dice);

}  // namespace sd::regression
