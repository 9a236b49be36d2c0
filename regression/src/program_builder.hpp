// Commands made one after the other, as if nothing overlapped, into a program whose units run ahead
// of each other: loads are pulled forward, tokens and fences put where something has to wait, and
// here and there where nothing has to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "program_maps.hpp"
#include "regression/random_program.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/schedule/command.hpp"

namespace sd::regression {

class ProgramBuilder {
 public:
  ProgramBuilder(Dice& dice, const design::DesignPoint& design) : dice_(dice), design_(design) {}

  /// Puts bytes into DRAM, at a whole beat, room for whole beats.
  std::uint32_t add_data(const std::vector<std::uint8_t>& bytes);
  /// Room in DRAM for a store, filled with anything, that will hold `bytes`.
  std::uint32_t add_room(const std::vector<std::uint8_t>& bytes, const std::string& what);

  /// `words`: of the weight buffer that a COMPUTE reads. Tokens, ids and fences come later.
  void add(const schedule::Operation& operation, std::int64_t words = 0);

  /// Orders commands and appends the program to the image.
  void finish();

  [[nodiscard]] const std::vector<schedule::Command>& program() const { return program_; }
  [[nodiscard]] const std::vector<std::uint8_t>& image() const { return image_; }
  [[nodiscard]] const std::vector<ExpectedBytes>& expected() const { return expected_; }
  [[nodiscard]] std::uint32_t address() const { return address_; }

  enum class Memory { dram, input, flags, weights, index, parameters, output };
  struct Access {
    Memory memory = Memory::dram;
    std::int64_t first = 0, count = 0;
    bool writes = false;
  };
  struct Step {
    schedule::Command command;
    std::vector<Access> accesses;
  };

 private:
  void shuffle();

  Dice& dice_;
  const design::DesignPoint& design_;
  std::vector<std::uint8_t> image_;
  std::vector<ExpectedBytes> expected_;
  std::vector<Step> steps_;
  std::vector<schedule::Command> program_;
  std::uint32_t address_ = 0;
};

}  // namespace sd::regression
