// Random programs for the accelerator, valid by construction: layers of every mode on maps that are
// loaded or stay in the input buffer, in tiles, groups and blocks of every shape, residuals,
// VECTORs, and tokens and fences between them; with the memory image and what it must hold
// afterwards, computed by direct arithmetic.
//
// For the interpreter and for the RTL alike: no test framework is needed.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "rtl/design/design_point.hpp"
#include "rtl/schedule/command.hpp"

namespace sd::regression {

/// Bytes that the program writes.
struct ExpectedBytes {
  std::uint32_t address = 0;
  std::vector<std::uint8_t> bytes;
  std::string what;
};

struct ProgramOptions {
  int layers = 4;            ///< layers that it tries to make
  int largest_channels = 9;  ///< of a map
  int largest_side = 14;     ///< of a map
};

/// How much of what a program holds, to see that a sample is worth something.
struct ProgramContents {
  int computes = 0, vectors = 0, windows = 0, pointwise = 0, fully_connected = 0, dilated = 0;
  int bypassed = 0, several_slices = 0, kept_bases = 0, no_rows = 0;
  int several_groups = 0, several_tiles = 0, grouped = 0, blocks_of_rows = 0;
  int residuals = 0, in_place = 0, both_destinations = 0, local_only = 0, skipping = 0, strided = 0;
  int maxima = 0, sums = 0, two_operands = 0, across = 0, zeros = 0;
  int store_to_load = 0, without_fence = 0;
  ProgramContents& operator+=(const ProgramContents& other);
};

/// What happens to values on their way to 8 bits, as the reference arithmetic met it.
enum class ValueEvent {
  saturates_high,
  saturates_low,
  clipped,  ///< by ReLU
  rounds_up,
  rounds_down,
  tie,    ///< exactly half: up
  exact,  ///< nothing is lost
};
/// Where it happens.
enum class ValueStage { convolution, residual, vector, rebuild };

struct ValueEvents {
  static constexpr std::size_t events = 7, stages = 4;
  std::array<std::array<std::uint64_t, events>, stages> counts{};
  void count(ValueStage stage, ValueEvent event) {
    ++counts[static_cast<std::size_t>(stage)][static_cast<std::size_t>(event)];
  }
};

struct RandomProgram {
  design::DesignPoint design;
  std::vector<std::uint8_t> image;
  std::uint32_t address = 0;                ///< of the first command in the image
  std::vector<schedule::Command> commands;  ///< as they stand in the image
  std::vector<ExpectedBytes> expected;      ///< what the stores leave; the rest stays as it is
  ProgramContents contents;
  ValueEvents values;
  /// The whole image after the run.
  [[nodiscard]] std::vector<std::uint8_t> expected_image() const;
};

/// The same for the same arguments.
[[nodiscard]] RandomProgram random_program(const design::DesignPoint& design, std::uint64_t seed,
                                           const ProgramOptions& options = {});

}  // namespace sd::regression
