// One simulated accelerator with its memory: registers, programs, errors on request. simulate()
// runs whole networks on it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "verilator_tb/counters.hpp"
#include "verilator_tb/model_build.hpp"

namespace sd::tb {

/// How the memory behaves.
struct MemoryOptions {
  int latency_cycles =
      32;  ///< first beat of a burst after its address; a write's response after its last beat
  int stalls_per_1024 = 0;  ///< chance of a gap, per channel and cycle (0..1023)
  std::uint64_t seed = 1;   ///< of the gaps
  std::uint64_t write_begin = 0, write_end = ~std::uint64_t{0};  ///< a write elsewhere is a failure
  std::optional<std::uint64_t> read_error_address,
      write_error_address;  ///< a beat that covers this byte is answered by SLVERR
};

/// Registers of docs/accelerator.md.
namespace registers {
inline constexpr std::uint32_t id = 0x00, design = 0x04, control = 0x08, status = 0x0c,
                               command_address = 0x10, command_count = 0x14, counters = 0x40;
inline constexpr std::uint32_t id_value = 0x53440002;
inline constexpr std::uint32_t start_bit = 1, soft_reset_bit = 2,
                               interrupt_enable_bit = 4;  ///< of CONTROL
inline constexpr std::uint32_t done_bit = 2,
                               error_bit = 4;  ///< of STATUS; written as ones they clear
}  // namespace registers

/// STATUS, taken apart.
struct Status {
  std::uint32_t word = 0;
  [[nodiscard]] bool busy() const { return (word & 1) != 0; }
  [[nodiscard]] bool done() const { return (word & 2) != 0; }
  [[nodiscard]] bool error() const { return (word & 4) != 0; }
  [[nodiscard]] int error_code() const { return static_cast<int>(word >> 8 & 0xff); }
  [[nodiscard]] int command_id() const { return static_cast<int>(word >> 16); }
};

/// The sentence for an error code: "read response".
[[nodiscard]] const char* error_text(int code);

struct ProgramRun {
  Status status;
  Counters counters;
  bool finished = false;  ///< false: the watchdog ran out; `status` and `counters` are those of the
                          ///< hanging accelerator
};

class Accelerator {
 public:
  /// Loads the model, resets it, and checks its ID. `memory` is the DRAM from address 0 on; it must
  /// outlive this object. Throws ToolError.
  Accelerator(const BuiltModel& model, std::span<std::uint8_t> memory, std::uint32_t seed = 1);
  ~Accelerator();
  Accelerator(Accelerator&&) noexcept;
  Accelerator& operator=(Accelerator&&) noexcept;

  void configure(const MemoryOptions& options);
  void reset();

  // All of these throw ToolError when the design breaks a rule of AXI, accesses memory that it must
  // not, or fails an assertion.
  [[nodiscard]] std::uint32_t read_register(std::uint32_t address);
  void write_register(std::uint32_t address, std::uint32_t value);
  [[nodiscard]] Counters read_counters();

  /// Starts the program and waits for its interrupt. `tick` is called every few thousand cycles
  /// with the cycles since the start. Throws Cancelled.
  [[nodiscard]] ProgramRun run(std::uint32_t command_address, std::uint32_t commands,
                               std::uint64_t watchdog_cycles, std::stop_token stop = {},
                               const std::function<void(std::uint64_t)>& tick = {});

  [[nodiscard]] std::uint64_t cycles() const;       ///< since construction
  [[nodiscard]] double simulation_seconds() const;  ///< wall time inside run()'s clocking

  /// From here on every signal goes to an FST file. Throws ToolError if the model was built without
  /// ModelOptions::trace or the file cannot be written.
  void open_trace(const std::filesystem::path& file);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sd::tb
