// The accelerator's state between commands, and what each command does to it.
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "machine_buffers.hpp"
#include "memories.hpp"
#include "rtl/schedule/command.hpp"
#include "rtl/schedule/interpreter.hpp"

namespace sd::schedule {

/// By Place; DRAM in beats.
using TouchedPlaces = std::array<Touched, place_kinds>;

class Machine {
 public:
  /// Stores must not touch the `program_bytes` bytes at `program`.
  Machine(const design::DesignPoint& design, std::vector<std::uint8_t>& image, std::int64_t program,
          std::int64_t program_bytes);

  /// Executes a command whose fields are inside their limits. Throws ProgramFault without the
  /// command's name in front.
  void execute(const Operation& operation);
  /// What the last command touched.
  [[nodiscard]] TouchedPlaces take_touched();
  /// How many places there are of a kind.
  [[nodiscard]] std::int64_t size_of(Place kind) const;
  /// "input buffer word 12"
  [[nodiscard]] std::string name_of(Place kind, std::int64_t place) const;
  [[nodiscard]] const Activity& activity() const { return activity_; }
  void count_command_fetches(std::uint64_t commands);

 private:
  void run(const LoadInput& load);
  void run(const LoadIndex& load);
  void run(const LoadWeights& load);
  void run(const LoadParameters& load);
  void run(const Compute& compute);
  void run(const Vector& vector);
  void run(const Store& store);
  void run(const End&) {}

  [[nodiscard]] std::span<const std::uint8_t> read_dram(std::int64_t address, std::int64_t bytes);
  void write_dram(std::int64_t address, std::span<const std::uint8_t> bytes);
  void require_inside(std::int64_t address, std::int64_t bytes) const;

  const design::DesignPoint& design_;
  std::vector<std::uint8_t>& image_;
  std::int64_t program_, program_end_;
  Touched dram_;
  Buffers buffers_;
  Activity activity_;
};

}  // namespace sd::schedule
