#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <variant>

#include "directed.hpp"
#include "random_memory.hpp"
#include "regression/network_bench.hpp"
#include "regression/random_program.hpp"
#include "rtl/schedule/interpreter.hpp"

namespace sd::regression {

namespace {

constexpr std::uint64_t longest_run = 20'000'000;  ///< cycles
constexpr std::uint32_t alignment = 64;            ///< of a program

/// Anywhere, at the end of the address space, or around one of the addresses with a single bit.
std::uint32_t some_base(Dice& dice, std::size_t size) {
  const std::uint64_t end = SparseMemory::size - (size + alignment);
  std::uint64_t base = dice.seed() % end;
  if (dice.chance(0.2)) base = end;
  if (dice.chance(0.3)) base = (std::uint64_t{1} << dice.pick(12, 31)) - size / 2;
  return static_cast<std::uint32_t>(std::min(base, end) / alignment * alignment);
}

}  // namespace

std::vector<std::uint8_t> moved_image(const RandomProgram& program, std::uint32_t base) {
  std::vector<std::uint8_t> image = program.image;
  for (std::size_t i = 0; i < program.commands.size(); ++i) {
    schedule::Command command = program.commands[i];
    std::visit(
        [base](auto& operation) {
          if constexpr (requires { operation.address; }) operation.address += base;
        },
        command.operation);
    const schedule::CommandWords words = schedule::encode(command);
    std::memcpy(image.data() + program.address + i * schedule::command_bytes, words.data(),
                schedule::command_bytes);
  }
  return image;
}

PlacedProgram place_program(DirectedChip& at, Dice& dice) {
  const design::DesignPoint& design = at.request.design;
  ProgramOptions options;
  if (dice.chance(0.6)) {
    // Maps made of maps whose rows are so short that a block holds several: they are never loaded.
    options.layers = dice.pick(6, 16);
    options.largest_channels = dice.pick(1, 4);
    const int words = dice.pick(1, std::max(1, design.block_segments / 2));
    options.largest_side = std::clamp(words * design.macs, 2, 24);
  } else {
    options.layers = dice.pick(2, 6);
    options.largest_channels = dice.pick(1, 20);
    options.largest_side = dice.pick(1, 24);
  }
  PlacedProgram placed;
  placed.program = random_program(design, dice.seed(), options);
  placed.base = some_base(dice, placed.program.image.size());
  at.memory.clear();
  at.memory.put(placed.base, moved_image(placed.program, placed.base));
  return placed;
}

std::string run_placed_program(DirectedChip& at, Dice& dice) {
  const PlacedProgram placed = place_program(at, dice);
  const RandomProgram& program = placed.program;
  const std::uint32_t base = placed.base, commands = placed.commands();
  // Commands behind END are fetched and not executed.
  const bool beyond = dice.chance(0.5);
  const std::uint32_t count =
      beyond ? std::max(commands, static_cast<std::uint32_t>(dice.seed()) >> dice.pick(0, 31))
             : commands;

  at.chip.configure(random_memory(dice));
  std::vector<tb::ExpectedRegion> regions;
  for (const ExpectedBytes& e : program.expected) regions.push_back({base + e.address, e.bytes});
  at.chip.expect(regions);
  const tb::ProgramRun run = at.chip.run(placed.address(), count, longest_run, at.request.stop);
  at.chip.expect({});
  at.total += run.counters;

  const auto where = [&] {
    return fmt::format(" (program at {:#x}, COMMAND_COUNT {} of {})", base, count, commands);
  };
  if (!run.finished) return "the accelerator hangs: " + run.hang + where();
  if (run.status.error() || !run.status.done())
    return fmt::format("STATUS {:#010x}: error {} ({}){}", run.status.word, run.status.error_code(),
                       tb::error_text(run.status.error_code()), where());
  if (run.status.command_id() != program.commands.back().id)
    return fmt::format("STATUS names command {}, not END{}", run.status.command_id(), where());
  auto expected = moved_image(program, base);
  for (const ExpectedBytes& e : program.expected)
    std::copy(e.bytes.begin(), e.bytes.end(), expected.begin() + e.address);
  const auto differs =
      std::mismatch(expected.begin(), expected.end(), at.memory.bytes().begin() + base);
  if (differs.first != expected.end())
    return fmt::format("byte {:#x} holds {:#04x}, expected {:#04x}{}",
                       base + (differs.first - expected.begin()), *differs.second, *differs.first,
                       where());
  auto image = program.image;
  schedule::Activity activity =
      schedule::interpret(program.design, image, program.address, commands);
  if (beyond && run.counters.dram_read_beats >= activity.dram_read_beats)
    activity.dram_read_beats = run.counters.dram_read_beats;  // how far it looked ahead
  return counter_difference(activity, run.counters);
}

}  // namespace sd::regression
