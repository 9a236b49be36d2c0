#include "verilator_tb/investigate.hpp"

#include <algorithm>
#include <utility>

#include "expected_writes.hpp"
#include "find_tile.hpp"
#include "rtl/schedule/command.hpp"
#include "verilator_tb/accelerator.hpp"

namespace sd::tb {
namespace {

/// True if the command writes the byte at `address`.
bool covers(const schedule::Store& store, std::uint64_t address) {
  for (std::int64_t chunk = 0; chunk < store.chunks; ++chunk) {
    const auto begin = static_cast<std::uint64_t>(store.address + chunk * store.stride);
    if (address >= begin && address - begin < static_cast<std::uint64_t>(store.chunk_bytes))
      return true;
  }
  return false;
}

/// The word of the output buffer that a COMPUTE or VECTOR begins to write at.
std::optional<std::int64_t> output_word(const schedule::Operation& operation) {
  const schedule::Destination* to = std::get_if<schedule::Compute>(&operation);
  if (to == nullptr) to = std::get_if<schedule::Vector>(&operation);
  if (to == nullptr || to->to_output == 0) return std::nullopt;
  return to->output_word;
}

void name_commands(const schedule::Program& program, FirstFault& fault) {
  const schedule::ProgramRun& run = program.runs[fault.run];
  const auto commands = schedule::decode_program(program.image, run.program_address, run.commands);
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const auto* store = std::get_if<schedule::Store>(&commands[i].operation);
    if (store == nullptr || !covers(*store, fault.address)) continue;
    fault.store = schedule::disassemble(commands[i]);
    for (std::size_t k = i; k-- > 0;)
      if (output_word(commands[k].operation) == store->word) {
        fault.compute = schedule::disassemble(commands[k]);
        return;
      }
    return;
  }
}

FirstFault wrong_write(const WrongRun& wrong, const schedule::Program& program,
                       const graph::Network& network, std::size_t image) {
  const WrongWrite& write = wrong.writes.front();
  FirstFault fault;
  fault.image = image;
  fault.run = wrong.run;
  fault.cycle = write.cycle;
  fault.run_cycle = write.cycle - wrong.begin_cycle;
  fault.address = write.address;
  fault.again = !write.region;
  fault.expected = static_cast<std::int8_t>(write.expected);
  fault.actual = static_cast<std::int8_t>(write.actual);
  if (const auto owner = owner_of(program, program.runs[wrong.run], write.address)) {
    const auto index = static_cast<std::size_t>(*owner);
    const schedule::TensorPlacement& to = program.maps[index].value();
    const auto offset = static_cast<int>(write.address - to.address);
    fault.layer = network.operators[index].name;
    fault.channel = offset / (to.height * to.pitch);
    fault.row = offset / to.pitch % to.height;
    fault.column = offset % to.pitch;
    fault.padding = fault.column >= to.width;
    const auto [tile, group] = find_tile(program, *owner, fault.channel, fault.row);
    fault.tile = tile;
    fault.group = group;
  }
  name_commands(program, fault);
  return fault;
}

}  // namespace

std::optional<FirstFault> find_first_fault(const BuiltModel& model,
                                           const schedule::Program& program,
                                           const integer::Executor& reference,
                                           const NumberedImage& image,
                                           const SimulationOptions& options, std::stop_token stop) {
  std::optional<WrongRun> wrong;
  SimulationOptions watched = options;
  watched.first_image = image.number;
  watched.trace_file.clear();
  watched.wrong_run = &wrong;
  std::vector<std::uint8_t> memory = program.image;
  Accelerator chip(model, memory);
  std::optional<FirstFault> failure;
  const std::uint64_t begin = chip.cycles();
  try {
    // No news: a look at the status takes cycles, when it happens to be taken.
    (void)simulate(chip, memory, program, reference, {image.values}, watched, {}, std::move(stop));
  } catch (const DesignFault& fault) {
    failure.emplace();
    failure->image = image.number;
    failure->cycle = chip.cycles();
    failure->run_cycle = chip.cycles() - begin;
    failure->failure = fault.what();
  }
  if (wrong) return wrong_write(*wrong, program, reference.model().network, image.number);
  return failure;
}

void trace_fault(const BuiltModel& model, const schedule::Program& program,
                 const integer::Executor& reference, const NumberedImage& image,
                 const SimulationOptions& options, const FirstFault& fault,
                 const std::filesystem::path& file, std::uint64_t before, std::uint64_t after,
                 std::stop_token stop) {
  SimulationOptions again = options;
  again.first_image = image.number;
  again.trace_file.clear();
  std::vector<std::uint8_t> memory = program.image;
  Accelerator chip(model, memory);
  chip.trace_window(file, fault.cycle - std::min(fault.cycle, before), fault.cycle + after);
  try {
    (void)simulate(chip, memory, program, reference, {image.values}, again, {}, std::move(stop));
  } catch (const DesignFault&) {  // what is to be seen
  }
}

}  // namespace sd::tb
