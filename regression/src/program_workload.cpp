#include "program_workload.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "coverage_samples.hpp"
#include "random_memory.hpp"
#include "regression/network_bench.hpp"
#include "rtl/schedule/interpreter.hpp"
#include "workload_seed.hpp"

namespace sd::regression {

namespace {

constexpr std::size_t memory_bytes = std::size_t{4} << 20;
constexpr std::uint64_t longest_run = 50'000'000;  ///< cycles; far more than any program takes

std::uint32_t size_of(const RandomProgram& program) {
  return static_cast<std::uint32_t>(program.commands.size());
}

/// Channel, row and word of a result in the output buffer, if it is this one's.
template <class Operation>
std::string place_in(const Operation& o, std::int64_t channels, std::int64_t word) {
  if (o.to_output == 0 || o.output_channel_words == 0 || word < o.output_word) return {};
  const std::int64_t offset = word - o.output_word, channel = offset / o.output_channel_words,
                     inside = offset % o.output_channel_words;
  if (channel >= channels || inside >= o.output_rows * o.output_pitch) return {};
  return fmt::format("channel {}, row {}, word {}", channel, inside / o.output_pitch,
                     inside % o.output_pitch);
}

/// The last command before number `end` whose tile holds that word of the output buffer.
std::string tile_of(const RandomProgram& program, std::size_t end, std::int64_t word) {
  for (std::size_t i = end; i-- > 0;) {
    const schedule::Operation& o = program.commands[i].operation;
    std::string place;
    if (const auto* compute = std::get_if<schedule::Compute>(&o))
      place = place_in(*compute, compute->active_slices, word);
    else if (const auto* vector = std::get_if<schedule::Vector>(&o))
      place = place_in(*vector, vector->channels, word);
    if (!place.empty())
      return fmt::format("{} of the tile of\n  {}", place,
                         schedule::disassemble(program.commands[i]));
  }
  return "which no command computes";
}

std::string wrong_write_text(const RandomProgram& program, const tb::WrongWrite& write) {
  std::string text = fmt::format("cycle {}: byte {:#x} was written as {:#04x}, expected {:#04x}",
                                 write.cycle, write.address, write.actual, write.expected);
  text += write.region ? fmt::format(" ({})", program.expected[*write.region].what)
                       : std::string(" (it had been written before)");
  return text + ", " + writer_of(program, write.address);
}

/// What is wrong after a run, if anything; the cycle in which it showed.
std::string wrong_with(Session& session, const RandomProgram& program, const tb::ProgramRun& run,
                       std::uint64_t& cycle) {
  cycle = run.last_cycle;
  const auto wrong = session.chip().wrong_writes();
  if (!run.finished) return fmt::format("the accelerator hangs: {}", run.hang);
  if (run.status.error() || !run.status.done())
    return fmt::format("STATUS {:#010x}: error {} ({}) at command {}", run.status.word,
                       run.status.error_code(), tb::error_text(run.status.error_code()),
                       run.status.command_id());
  if (!wrong.empty()) {
    cycle = wrong.front().cycle;
    return wrong_write_text(program, wrong.front());
  }
  const auto expected = program.expected_image();
  if (const auto at = session.first_difference(expected))
    return fmt::format("byte {:#x} holds {:#04x} after the run, expected {}; {}", *at,
                       session.memory()[*at],
                       *at < expected.size() ? fmt::format("{:#04x}", expected[*at])
                                             : std::string("nothing to be written there"),
                       writer_of(program, *at));
  if (const int id = run.status.command_id(); id != program.commands.back().id)
    return fmt::format("STATUS names command {} after the run, not END ({})", id,
                       program.commands.back().id);
  auto image = program.image;
  return counter_difference(
      schedule::interpret(program.design, image, program.address, size_of(program)), run.counters);
}

}  // namespace

RandomProgram some_program(Dice& dice, const design::DesignPoint& design) {
  ProgramOptions options;
  options.layers = dice.pick(2, 7);
  options.largest_channels = dice.chance(0.7) ? 9 : dice.pick(1, 20);
  options.largest_side = dice.chance(0.7) ? 14 : dice.pick(1, 24);
  return random_program(design, dice.seed(), options);
}

std::string wrong_after(Session& session, const RandomProgram& program) {
  tb::ProgramRun run;
  run.finished = true;
  run.status.word = session.chip().read_register(tb::registers::status);
  run.counters = session.chip().read_counters();
  run.last_cycle = session.chip().cycles();
  std::uint64_t cycle = 0;
  return wrong_with(session, program, run, cycle);
}

void prepare(Session& session, const RandomProgram& program, tb::MemoryOptions memory) {
  memory.write_begin = ~std::uint64_t{0};
  memory.write_end = 0;
  std::vector<tb::ExpectedRegion> regions;
  for (const ExpectedBytes& e : program.expected) {
    regions.push_back({e.address, e.bytes});
    memory.write_begin = std::min<std::uint64_t>(memory.write_begin, e.address);
    memory.write_end = std::max<std::uint64_t>(memory.write_end, e.address + e.bytes.size());
  }
  if (regions.empty()) memory.write_begin = 0;
  session.load(program.image);
  session.chip().configure(memory);
  sample_memory(session.functional(), memory);
  session.chip().expect(regions);
}

bool run_exactly(Session& session, const RandomProgram& program) {
  std::string wrong;
  std::uint64_t cycle = 0;
  try {
    const tb::ProgramRun run = session.run(program.address, size_of(program), longest_run);
    wrong = wrong_with(session, program, run, cycle);
    if (wrong.empty()) {
      sample_commands(session.functional(), program.design, program.commands);
      sample_values(session.functional(), program.values);
      sample_counters(session.functional(), run.counters);
    }
  } catch (const tb::DesignFault& fault) {
    cycle = session.chip().cycles();
    wrong = fault.what();
    const auto writes = session.chip().wrong_writes();
    if (!writes.empty()) wrong += "\nand before: " + wrong_write_text(program, writes.front());
  }
  session.chip().expect({});
  if (wrong.empty()) return true;
  session.fail(wrong, cycle);
  return false;
}

std::string writer_of(const RandomProgram& program, std::uint64_t address) {
  const auto at = static_cast<std::int64_t>(address);
  for (std::size_t i = 0; i < program.commands.size(); ++i) {
    const auto* store = std::get_if<schedule::Store>(&program.commands[i].operation);
    if (store == nullptr) continue;
    for (std::int64_t chunk = 0; chunk < store->chunks; ++chunk) {
      const std::int64_t offset = at - store->address - chunk * store->stride;
      if (offset < 0 || offset >= store->chunk_bytes) continue;
      const std::int64_t word =
          store->word + chunk * store->chunk_words + offset / program.design.macs;
      return fmt::format("by\n  {}\nfrom {}", schedule::disassemble(program.commands[i]),
                         tile_of(program, i, word));
    }
  }
  return "where no STORE writes";
}

Ending run_programs(const Request& request) {
  Session session(request, memory_bytes);
  for (int i = 0; i < request.workload.repetitions && !session.failed(); ++i) {
    session.begin_repetition(i);
    session.report();
    Dice dice(repetition_seed(request.workload.seed, i));
    const RandomProgram program = some_program(dice, request.design);
    prepare(session, program, random_memory(dice));
    run_exactly(session, program);
  }
  const std::uint64_t cycle = session.failure_cycle();
  return {session.finish(), cycle};
}

}  // namespace sd::regression
