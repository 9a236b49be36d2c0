#include "verilator_tb/accelerator.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>

#include "accelerator_abi.hpp"
#include "shared_library.hpp"

namespace sd::tb {
namespace {

using Clock = std::chrono::steady_clock;

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
  constexpr std::array<const char*, 7> texts = {
      "no error",
      "illegal opcode",
      "error response to a read",
      "error response to a write",
      "the program ended without END",
      "the index bitmap holds other entries than the command expects",
      "a command's field is out of range"};
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
    throw ToolError(
        fmt::format("the simulated accelerator broke a rule ({} in all): {}", count, text));
  }

  SharedLibrary library;
  const SdAcceleratorInterface& interface;
  void* model = nullptr;
  double seconds = 0;
};

Accelerator::Accelerator(const BuiltModel& model, std::span<std::uint8_t> memory,
                         std::uint32_t seed)
    : state_(std::make_unique<State>(model, memory, seed)) {
  configure({});
  reset();
  if (const std::uint32_t id = read_register(registers::id); id != registers::id_value)
    throw ToolError(
        fmt::format("the simulated accelerator's ID register reads {:#010x}, not {:#010x}", id,
                    registers::id_value));
}

Accelerator::~Accelerator() = default;
Accelerator::Accelerator(Accelerator&&) noexcept = default;
Accelerator& Accelerator::operator=(Accelerator&&) noexcept = default;

void Accelerator::configure(const MemoryOptions& options) {
  constexpr std::uint64_t none = ~std::uint64_t{0};
  SdMemorySettings settings{};
  settings.latency_cycles = static_cast<std::uint32_t>(options.latency_cycles);
  settings.stalls_per_1024 = static_cast<std::uint32_t>(options.stalls_per_1024);
  settings.seed = options.seed;
  settings.write_begin = options.write_begin;
  settings.write_end = options.write_end;
  settings.read_error_address = options.read_error_address.value_or(none);
  settings.write_error_address = options.write_error_address.value_or(none);
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

Counters Accelerator::read_counters() {
  std::array<std::uint64_t, Counters::count> values{};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::uint32_t address = registers::counters + static_cast<std::uint32_t>(8 * i);
    values[i] = read_register(address);
    values[i] |= std::uint64_t{read_register(address + 4)} << 32;
  }
  return Counters::from_values(values);
}

ProgramRun Accelerator::run(std::uint32_t command_address, std::uint32_t commands,
                            std::uint64_t watchdog_cycles, std::stop_token stop,
                            const std::function<void(std::uint64_t)>& tick) {
  write_register(registers::status, registers::done_bit | registers::error_bit);
  write_register(registers::command_address, command_address);
  write_register(registers::command_count, commands);
  write_register(registers::control, registers::start_bit | registers::interrupt_enable_bit);

  ProgramRun result;
  const std::uint64_t start = cycles();
  while (!result.finished && cycles() - start < watchdog_cycles) {
    if (stop.stop_requested()) throw Cancelled();
    const std::uint64_t left = watchdog_cycles - (cycles() - start);
    int interrupt = 0;
    const auto before = Clock::now();
    const int status =
        state_->interface.advance(state_->model, std::min(chunk_cycles, left), &interrupt);
    state_->seconds += std::chrono::duration<double>(Clock::now() - before).count();
    state_->check(status);
    result.finished = interrupt != 0;
    if (tick) tick(cycles() - start);
  }
  result.status.word = read_register(registers::status);
  result.counters = read_counters();
  write_register(registers::status, registers::done_bit | registers::error_bit);
  return result;
}

std::uint64_t Accelerator::cycles() const {
  return state_->interface.cycles(state_->model);
}
double Accelerator::simulation_seconds() const {
  return state_->seconds;
}

void Accelerator::open_trace(const std::filesystem::path& file) {
  if (state_->interface.open_trace(state_->model, file.c_str()) != 0)
    throw ToolError(
        fmt::format("cannot write the trace {}: the model was built without tracing, or the file "
                    "cannot be created",
                    file.string()));
}

}  // namespace sd::tb
