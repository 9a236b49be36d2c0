// A small program made by hand, to be spoilt by tests.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "rtl/schedule/command.hpp"
#include "rtl/schedule/interpreter.hpp"

namespace sd::test {

using namespace schedule;

/// Two channels of 4 x 6 through a 3x3 convolution (padded) to two channels, which stay in the
/// input buffer and are stored; then their maximum over 2x2 windows, stored too.
struct HandProgram {
  enum : std::size_t {
    input,
    index,
    weights,
    parameters,
    compute,
    vector,
    store,
    second_store,
    end
  };

  design::DesignPoint design;
  std::vector<std::uint8_t> memory;  ///< the data; the program follows it
  std::vector<Command> commands;

  HandProgram() {
    design.slices = 2, design.lines = 1, design.macs = 4, design.block_segments = 2;
    design.rank = 2, design.levels = 3, design.columns = 3;
    design.mac_kind = design::MacKind::parallel;
    design.input_buffer_bytes = 1024, design.output_buffer_bytes = 512;
    design.weight_buffer_bytes = 1024, design.index_buffer_entries = 64;
    design::validate(design);
    memory.resize(2048);
    for (std::size_t i = 0; i < 64; ++i)
      memory[i] = i % 8 < 6 ? static_cast<std::uint8_t>(i + 1) : std::uint8_t{0};  // rows of 6
    memory[64] = 0x3f;                                         // six rows, all stored
    for (std::size_t i = 128; i < 152; ++i) memory[i] = 0x21;  // basis and codes
    for (std::size_t record = 0; record < 2; ++record) memory[256 + 8 * record + 4] = 1;
    commands = {{{}, 0, some_input()},
                {{}, 1, LoadIndex{64, 8, 0, 6, 1, 3, 0, 4, 6, 1, 7}},
                {{}, 2, LoadWeights{128, 24, 0, 12}},
                {{false, false, false, true}, 3, LoadParameters{256, 16, 0, 2}},
                {{true, false, false, true}, 4, some_compute()},
                {{false, false, false, true}, 5, some_vector()},
                {{true, false, false, false}, 6, Store{512, 32, 2, 32, 0, 8}},
                {{true, false, false, false}, 7, Store{640, 16, 2, 16, 32, 4}},
                {{}, 8, End{}}};
  }

  static LoadInput some_input() {
    return {.address = 0,
            .chunk_bytes = 32,
            .chunks = 2,
            .stride = 32,
            .word = 0,
            .row_bytes = 8,
            .first_flag = 0};
  }
  static Compute some_compute() {
    Compute c;
    c.index_entries = 7;
    c.input_pitch = 2, c.tile_rows = 4, c.total_tile_rows = 8, c.first_row = -1;
    c.output_rows = 4, c.output_columns = 6, c.output_pitch = 2, c.input_columns = 6;
    c.pad_left = 1, c.steps = 3, c.stride_x = c.stride_y = 1, c.block_rows = 1, c.block_words = 2;
    c.active_slices = 2, c.keep_basis = 1, c.skip_zero_rows = 1, c.fence = 1;
    c.to_output = 1, c.output_word = 0, c.output_channel_words = 8;
    c.to_input = 1, c.local_word = 100, c.local_channel_words = 8, c.local_flag = 50,
    c.local_rows = 4;
    return c;
  }
  static Vector some_vector() {
    Vector v;
    v.channels = 2, v.input_word = 100, v.input_channel_words = 8;
    v.input_pitch = 2, v.tile_rows = 4, v.input_columns = 6;
    v.output_rows = 2, v.output_columns = 3, v.output_pitch = 2;
    v.stride_x = v.stride_y = v.window_rows = v.window_columns = 2;
    v.output_multiplier = 1, v.maximum = 1;
    v.to_output = 1, v.output_word = 32, v.output_channel_words = 4;
    return v;
  }

  template <class Op>
  Op& op(std::size_t number) {
    return std::get<Op>(commands[number].operation);
  }
  Compute& computing() { return op<Compute>(compute); }
  Vector& vectoring() { return op<Vector>(vector); }
  Tokens& tokens(std::size_t number) { return commands[number].tokens; }
  /// Gives every command its number as its id again.
  void renumber() {
    for (std::size_t i = 0; i < commands.size(); ++i)
      commands[i].id = static_cast<std::uint16_t>(i);
  }

  [[nodiscard]] std::uint32_t address() const { return static_cast<std::uint32_t>(memory.size()); }
  [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(commands.size()); }
  [[nodiscard]] std::vector<std::uint8_t> image() const {
    auto bytes = memory;
    for (const Command& command : commands)
      for (const std::uint32_t word : encode(command))
        for (int byte = 0; byte < 4; ++byte)
          bytes.push_back(static_cast<std::uint8_t>(word >> (8 * byte)));
    return bytes;
  }

  static std::string fault_of(const std::function<void()>& call) {
    try {
      call();
    } catch (const ProgramFault& fault) {
      return fault.what();
    }
    return "no fault";
  }
  [[nodiscard]] std::string execution_fault(std::uint64_t order = 0) const {
    return fault_of([&] {
      auto bytes = image();
      (void)interpret(design, bytes, address(), count(), order);
    });
  }
  [[nodiscard]] std::string order_fault() const {
    return fault_of([&] { require_ordered(design, image(), address(), count()); });
  }
};

}  // namespace sd::test
