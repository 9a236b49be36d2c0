#include "verilator_tb/accelerator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "accelerator_abi.hpp"
#include "memory_settings.hpp"
#include "shared_library.hpp"

namespace sd::tb {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int looks_for_done = 10'000;        ///< of a few cycles each, after an error
constexpr std::uint64_t chunk_cycles = 4096;  ///< between looks at the stop token

const SdAcceleratorInterface& interface_of(const SharedLibrary& library,
                                           const std::filesystem::path& file) {
  const SdAcceleratorInterface& found =
      *library.function<SdGetAcceleratorInterface>("sd_accelerator_interface")();
  if (found.version != sd_accelerator_abi_version)
    throw ToolError(
        fmt::format("the compiled model {} speaks version {} of the interface, not {}: remove its "
                    "folder, so that it is built again",
                    file.string(), found.version, sd_accelerator_abi_version));
  return found;
}

}  // namespace

const char* error_text(int code) {
  constexpr std::array<const char*, 8> texts = {
      "no error",
      "illegal opcode",
      "error response to a read",
      "error response to a write",
      "the program ended without END",
      "the index bitmap holds other entries than the command expects",
      "a command's field is out of range",
      "nothing moved for as long as the WATCHDOG register allows"};
  return code >= 0 && code < static_cast<int>(texts.size()) ? texts[static_cast<std::size_t>(code)]
                                                            : "unknown error";
}

struct Accelerator::State {
  State(const BuiltModel& built, std::span<std::uint8_t> memory, std::uint32_t seed)
      : library(built.library), interface(interface_of(library, built.library)) {
    model = interface.create(memory.data(), memory.size(), seed);
    if (model == nullptr)
      throw ToolError(fmt::format("the compiled model {} stopped while it was constructed",
                                  built.library.string()));
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { interface.destroy(model); }

  /// Throws what the model recorded.
  void check(int status) const {
    if (status == 0) return;
    std::string text;
    const int count = interface.failure_count(model);
    for (int i = 0; i < count && i < 5; ++i)
      text += fmt::format("{}{}", i == 0 ? "" : "; ", interface.failure(model, i));
    throw DesignFault(
        fmt::format("the simulated accelerator broke a rule ({} in all): {}", count, text));
  }

  bool advance(std::uint64_t cycles, std::uint64_t quiet_from = 0, std::uint64_t quiet_cycles = 0) {
    int interrupt = 0;
    const auto before = Clock::now();
    const int status = interface.advance(model, cycles, quiet_from, quiet_cycles, &interrupt);
    seconds += std::chrono::duration<double>(Clock::now() - before).count();
    check(status);
    return interrupt != 0;
  }

  SdProgress progress() const {
    SdProgress now{};
    interface.progress(model, &now);
    return now;
  }

  SharedLibrary library;
  const SdAcceleratorInterface& interface;
  void* model = nullptr;
  std::size_t regions = 0;
  double seconds = 0;
};

Accelerator::Accelerator(const BuiltModel& model, std::span<std::uint8_t> memory,
                         std::uint32_t seed)
    : state_(std::make_unique<State>(model, memory, seed)) {
  configure({});
  reset();
  if (const std::uint32_t id = read_register(registers::id); id != registers::id_value)
    throw DesignFault(
        fmt::format("the simulated accelerator's ID register reads {:#010x}, not {:#010x}", id,
                    registers::id_value));
}

Accelerator::~Accelerator() = default;
Accelerator::Accelerator(Accelerator&&) noexcept = default;
Accelerator& Accelerator::operator=(Accelerator&&) noexcept = default;

void Accelerator::configure(const MemoryOptions& options) {
  const std::vector<SdMemoryFault> faults = faults_of(options);
  SdMemorySettings settings = settings_of(options);
  settings.faults = faults.data();
  settings.fault_count = faults.size();
  state_->interface.configure(state_->model, &settings);
}

void Accelerator::reset() {
  state_->check(state_->interface.reset(state_->model));
}

std::uint32_t Accelerator::read_register(std::uint32_t address) {
  std::uint32_t value = 0;
  state_->check(state_->interface.read_register(state_->model, address, &value));
  return value;
}

void Accelerator::write_register(std::uint32_t address, std::uint32_t value) {
  state_->check(state_->interface.write_register(state_->model, address, value));
}

RegisterAnswer Accelerator::access_register(const RegisterAccess& access) {
  SdRegisterAccess asked{
      access.is_write ? 1U : 0U, access.address,    access.value,        access.strobes,
      access.address_delay,      access.data_delay, access.answer_delay, 0};
  state_->check(state_->interface.access_register(state_->model, &asked));
  return {asked.response, access.is_write ? 0 : asked.value};
}

Counters Accelerator::read_counters() {
  std::array<std::uint64_t, Counters::count> values{};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::uint32_t address = registers::counters + static_cast<std::uint32_t>(8 * i);
    values[i] = read_register(address);
    values[i] |= std::uint64_t{read_register(address + 4)} << 32;
  }
  return Counters::from_values(values);
}

void Accelerator::start(std::uint32_t command_address, std::uint32_t commands) {
  write_register(registers::status, registers::done_bit | registers::error_bit);
  write_register(registers::command_address, command_address);
  write_register(registers::command_count, commands);
  write_register(registers::control, registers::start_bit | registers::interrupt_enable_bit);
}

bool Accelerator::advance(std::uint64_t cycles) {
  return state_->advance(cycles);
}

ProgramRun Accelerator::run(std::uint32_t command_address, std::uint32_t commands,
                            const Watchdog& watchdog, std::stop_token stop,
                            const std::function<void(std::uint64_t)>& tick) {
  start(command_address, commands);
  ProgramRun result;
  const std::uint64_t start = cycles();
  result.first_cycle = start;
  const auto hung = [&] {
    const SdProgress now = state_->progress();
    const std::uint64_t quiet = now.cycles - std::max(now.last_transfer, start);
    return now.cycles - start >= watchdog.total_cycles ||
           (watchdog.quiet_cycles != 0 && quiet >= watchdog.quiet_cycles);
  };
  while (!result.finished && !hung()) {
    if (stop.stop_requested()) throw Cancelled();
    const std::uint64_t left = watchdog.total_cycles - (cycles() - start);
    result.finished = state_->advance(std::min(chunk_cycles, left), start, watchdog.quiet_cycles);
    if (tick) tick(cycles() - start);
  }
  result.last_cycle = cycles();
  if (!result.finished) result.hang = hang_text(start);
  result.status.word = read_register(registers::status);
  // An error interrupts at once; what is in flight ends in its own time, if the memory answers.
  for (int look = 0; look < looks_for_done && result.status.busy() && result.status.error(); ++look)
    result.status.word = read_register(registers::status);
  if (result.finished && !result.status.error())
    state_->check(state_->interface.check_idle(state_->model));
  result.counters = read_counters();
  write_register(registers::status, registers::done_bit | registers::error_bit);
  return result;
}

std::string Accelerator::hang_text(std::uint64_t start) {
  const SdProgress now = state_->progress();
  return fmt::format(
      "stopped after {} cycles, the last AXI transfer was {} cycles ago; {} read and {} write "
      "bursts are in flight; handshakes:\n{}",
      now.cycles - start, now.cycles - std::max(now.last_transfer, start), now.reads_in_flight,
      now.writes_in_flight, handshakes());
}

std::uint64_t Accelerator::cycles() const {
  return state_->progress().cycles;
}
double Accelerator::simulation_seconds() const {
  return state_->seconds;
}
std::string Accelerator::handshakes() {
  return state_->interface.handshakes(state_->model);
}

void Accelerator::open_trace(const std::filesystem::path& file) {
  trace_window(file, 0, ~std::uint64_t{0});
}

void Accelerator::trace_window(const std::filesystem::path& file, std::uint64_t begin,
                               std::uint64_t end) {
  if (state_->interface.trace(state_->model, file.c_str(), begin, end) != 0)
    throw ToolError(
        fmt::format("cannot write the trace {}: the model was built without tracing, or the file "
                    "cannot be created",
                    file.string()));
}

void Accelerator::expect(const std::vector<ExpectedRegion>& regions) {
  std::vector<SdExpectedRegion> list;
  for (const ExpectedRegion& region : regions)
    list.push_back({region.begin, region.bytes.size(), region.bytes.data()});
  state_->regions = list.size();
  state_->interface.expect(state_->model, list.data(), list.size());
}

RegionState Accelerator::region_state(std::size_t region) const {
  if (region >= state_->regions)
    throw std::out_of_range(fmt::format("region {} of {} expected ones", region, state_->regions));
  SdRegionState found{};
  state_->interface.region_state(state_->model, region, &found);
  return {found.written, found.wrong, found.first_cycle, found.last_cycle};
}

std::vector<WrongWrite> Accelerator::wrong_writes() const {
  std::array<SdWrongWrite, 100> found{};
  const std::uint64_t count =
      state_->interface.wrong_writes(state_->model, found.data(), found.size());
  std::vector<WrongWrite> result;
  for (const SdWrongWrite& write : std::span(found).first(count)) {
    result.push_back({write.cycle, write.address, {}, write.expected, write.actual});
    if (write.region != ~std::uint32_t{0}) result.back().region = write.region;
  }
  return result;
}

void Accelerator::write_coverage(const std::filesystem::path& file) {
  if (state_->interface.write_coverage(state_->model, file.c_str()) != 0)
    throw ToolError(
        fmt::format("cannot write the coverage {}: the model was built without coverage, or the "
                    "file cannot be created",
                    file.string()));
}

}  // namespace sd::tb
