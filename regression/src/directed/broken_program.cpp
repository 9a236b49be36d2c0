#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "directed.hpp"
#include "random_memory.hpp"
#include "rtl/accelerator/control/register_map.hpp"

namespace sd::regression {

namespace {

using rtl::RunError;
using tb::registers::control, tb::registers::interrupt_enable_bit, tb::registers::soft_reset_bit,
    tb::registers::watchdog;

constexpr std::uint64_t longest_run = 20'000'000;  ///< cycles
constexpr std::uint32_t patience = 5'000;          ///< of the watchdog: no memory takes longer
constexpr int looks = 100'000;                     ///< at STATUS, for the end of a drain

/// How a program is kept from its END.
enum class Way {
  soft_reset,
  read_error,
  write_error,
  no_answer,
  illegal_opcode,
  unnamed_bit,
  fewer_index_entries,
  no_end,
  no_commands,
  unaligned,
};
constexpr int ways = 10;

/// What is started, and the error that it ends in; none where it ends by a soft reset.
struct Broken {
  std::uint32_t address = 0, commands = 0;
  std::optional<RunError> error;
  tb::MemoryOptions memory;
};

std::uint8_t* command_at(DirectedChip& at, const PlacedProgram& placed, std::size_t number) {
  return at.memory.bytes().data() + placed.address() + number * schedule::command_bytes;
}

/// Where a kind of command stands, chosen by chance; -1: nowhere.
template <class Operation>
int some_command(const RandomProgram& program, Dice& dice) {
  std::vector<int> places;
  for (std::size_t i = 0; i < program.commands.size(); ++i)
    if (std::holds_alternative<Operation>(program.commands[i].operation))
      places.push_back(static_cast<int>(i));
  if (places.empty()) return -1;
  return places[static_cast<std::size_t>(dice.pick(0, static_cast<int>(places.size()) - 1))];
}

tb::MemoryFault response_fault(Dice& dice, bool of_writes, std::uint64_t nth) {
  tb::MemoryFault fault;
  fault.of_writes = of_writes;
  fault.response = dice.chance(0.5) ? 2 : 3;
  fault.nth = nth;
  return fault;
}

/// Empty: this program cannot be broken that way.
std::optional<Broken> broken(DirectedChip& at, const PlacedProgram& placed, Way way, Dice& dice) {
  Broken b{placed.address(), placed.commands(), {}, random_memory(dice)};
  const int last = static_cast<int>(placed.commands()) - 1;
  const auto command = static_cast<std::size_t>(dice.pick(0, last));
  // The commands themselves are read at least.
  const auto beats =
      static_cast<int>(b.commands) * schedule::command_bytes / at.request.design.axi_bytes();
  switch (way) {
    case Way::soft_reset:
      return b;
    case Way::read_error:
      b.error = RunError::read_response;
      b.memory.faults = {
          response_fault(dice, false, static_cast<std::uint64_t>(dice.pick(1, beats)))};
      return b;
    case Way::write_error:
      if (placed.program.expected.empty()) return {};
      b.error = RunError::write_response;
      b.memory.faults = {response_fault(dice, true, 1)};
      return b;
    case Way::no_answer: {
      tb::MemoryFault fault;
      fault.kind = tb::MemoryFault::Kind::no_answer;
      fault.nth = static_cast<std::uint64_t>(dice.pick(1, static_cast<int>(b.commands)));
      b.error = RunError::watchdog;
      b.memory.faults = {fault};
      return b;
    }
    case Way::illegal_opcode:
      b.error = RunError::illegal_opcode;
      *command_at(at, placed, command) =
          static_cast<std::uint8_t>(dice.chance(0.3) ? 0 : dice.pick(9, 255));
      return b;
    case Way::unnamed_bit:
      b.error = RunError::field_range;
      command_at(at, placed, command)[1] |= 0x20;
      return b;
    case Way::fewer_index_entries: {
      const int place = some_command<schedule::LoadIndex>(placed.program, dice);
      if (place < 0) return {};
      b.error = RunError::index_entries;
      command_at(at, placed, static_cast<std::size_t>(place))[36] ^= 1;  // the lowest bit of w9
      // One entry more may not have its place in the buffer.
      const auto& load = std::get<schedule::LoadIndex>(
          placed.program.commands[static_cast<std::size_t>(place)].operation);
      if (load.entry + (load.entries ^ 1) > at.request.design.index_buffer_entries)
        b.error = RunError::field_range;
      return b;
    }
    case Way::no_end:
      b.error = RunError::no_end;
      b.commands -= 1;
      return b;
    case Way::no_commands:
      b.error = RunError::no_end;
      b.commands = 0;
      return b;
    case Way::unaligned:
      b.error = RunError::field_range;
      b.address += 1U << dice.pick(0, 5);
      return b;
  }
  return {};
}

/// Until it is no longer busy; what STATUS then is.
std::optional<tb::Status> drained(tb::Accelerator& chip) {
  for (int look = 0; look < looks; ++look) {
    const tb::Status status{chip.read_register(tb::registers::status)};
    if (!status.busy()) return status;
  }
  return {};
}

std::string soft_reset(DirectedChip& at) {
  at.chip.write_register(control, soft_reset_bit | interrupt_enable_bit);
  const auto status = drained(at.chip);
  if (!status) return "busy for ever after a soft reset: " + at.chip.handshakes();
  if (status->word != 0) return fmt::format("STATUS {:#010x} after a soft reset", status->word);
  return {};
}

}  // namespace

std::string run_broken_program(DirectedChip& at, Dice& dice) {
  const PlacedProgram placed = place_program(at, dice);
  const auto way = static_cast<Way>(dice.pick(0, ways - 1));
  const std::optional<Broken> run = broken(at, placed, way, dice);
  if (!run) return {};
  const auto describe = [&](const std::string& what) {
    return fmt::format("{} (broken program, way {}, at {:#x})", what, static_cast<int>(way),
                       placed.base);
  };
  at.chip.configure(run->memory);
  if (!run->error) {
    at.chip.start(run->address, run->commands);
    // Anywhere from its first commands to its end.
    (void)at.chip.advance(static_cast<std::uint64_t>(dice.pick(1, 1 << dice.pick(1, 14))));
    const std::string wrong = soft_reset(at);
    return wrong.empty() ? wrong : describe(wrong);
  }
  const bool silent = way == Way::no_answer;
  if (silent) at.chip.write_register(watchdog, patience);
  at.chip.start(run->address, run->commands);
  bool interrupted = false;
  for (std::uint64_t cycles = 0; !interrupted && cycles < longest_run; cycles += 4096) {
    if (at.request.stop.stop_requested()) throw tb::Cancelled();
    interrupted = at.chip.advance(4096);
  }
  if (!interrupted) return describe("no interrupt: " + at.chip.handshakes());
  const tb::Status at_once{at.chip.read_register(tb::registers::status)};
  if (!at_once.error() || at_once.error_code() != static_cast<int>(*run->error))
    return describe(fmt::format("STATUS {:#010x}, expected error {}", at_once.word,
                                static_cast<int>(*run->error)));
  if (silent) {  // what never comes is awaited until the reset pin
    at.chip.reset();
    return {};
  }
  const auto status = drained(at.chip);
  if (!status) return describe("busy for ever after an error: " + at.chip.handshakes());
  if (!status->done())
    return describe(fmt::format("STATUS {:#010x} after the drain, without done", status->word));
  const std::string wrong = soft_reset(at);
  return wrong.empty() ? wrong : describe(wrong);
}

}  // namespace sd::regression
