// One random program on the chip of a session, against direct arithmetic.
#pragma once

#include <string>

#include "program_maps.hpp"
#include "regression/random_program.hpp"
#include "session.hpp"

namespace sd::regression {

/// A program of some size, as a workload takes them.
[[nodiscard]] RandomProgram some_program(Dice& dice, const design::DesignPoint& design);

/// Sets the chip's expectations and the part of memory that the program may write; `memory` has the
/// rest of the settings.
void prepare(Session& session, const RandomProgram& program, tb::MemoryOptions memory);

/// Runs a program that must end well: status, interrupt, every byte of memory, counters. False: it
/// did not, and the session says why. The memory holds program.image.
bool run_exactly(Session& session, const RandomProgram& program);

/// After a run that was started by hand and must have ended well: what is wrong, empty if nothing.
[[nodiscard]] std::string wrong_after(Session& session, const RandomProgram& program);

/// For people: which STORE writes the byte, and which tile it comes from.
[[nodiscard]] std::string writer_of(const RandomProgram& program, std::uint64_t address);

}  // namespace sd::regression
