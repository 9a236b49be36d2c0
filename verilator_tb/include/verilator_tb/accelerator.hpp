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
#include <vector>

#include "verilator_tb/counters.hpp"
#include "verilator_tb/memory_options.hpp"
#include "verilator_tb/model_build.hpp"

namespace sd::tb {

/// Registers of docs/accelerator.md.
namespace registers {
inline constexpr std::uint32_t id = 0x00, design = 0x04, control = 0x08, status = 0x0c,
                               command_address = 0x10, command_count = 0x14, watchdog = 0x18,
                               counters = 0x40;
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

/// When a run counts as hung.
struct Watchdog {
  /// From the number of cycles alone: a run without AXI transfer for longer than a million of them
  /// is given up too.
  Watchdog(std::uint64_t total, std::uint64_t quiet = 1'000'000)
      : total_cycles(total), quiet_cycles(quiet) {}
  std::uint64_t total_cycles;  ///< since the start
  std::uint64_t quiet_cycles;  ///< since the last transfer on the AXI4 port; 0: however long
};

/// One access of the register port, in any shape that AXI4-Lite allows. Delays are in cycles.
struct RegisterAccess {
  bool is_write = false;
  std::uint32_t address = 0, value = 0;
  std::uint32_t strobes = 0xf;      ///< of a write: which of the four bytes count
  std::uint32_t address_delay = 0;  ///< until AWVALID or ARVALID
  std::uint32_t data_delay = 0;     ///< until WVALID
  std::uint32_t answer_delay = 0;   ///< until BREADY or RREADY
};

struct RegisterAnswer {
  std::uint32_t response = 0;  ///< 0 OKAY, 2 SLVERR, 3 DECERR
  std::uint32_t value = 0;     ///< that was read
};

struct ProgramRun {
  Status status;
  Counters counters;
  bool finished = false;  ///< false: the watchdog ran out; `status` and `counters` are those of the
                          ///< hanging accelerator
  std::string hang;       ///< if not finished: since when nothing moves, what is in flight, and the
                          ///< state of every handshake at that moment (Accelerator::handshakes)
  std::uint64_t first_cycle = 0, last_cycle = 0;  ///< of Accelerator::cycles()
};

/// Bytes that a program will write, and what they must be. Memory that is used again is listed once
/// per use, in order.
struct ExpectedRegion {
  std::uint64_t begin = 0;
  std::span<const std::uint8_t> bytes;  ///< must outlive the run
};

/// How far the writing of an ExpectedRegion is.
struct RegionState {
  std::uint64_t written = 0, wrong = 0;           ///< bytes
  std::uint64_t first_cycle = 0, last_cycle = 0;  ///< of the writes, as Accelerator::cycles()
};

struct WrongWrite {
  std::uint64_t cycle = 0;  ///< of the last beat of its burst, as Accelerator::cycles()
  std::uint64_t address = 0;
  std::optional<std::size_t> region;  ///< empty: every region there had got this byte before
  std::uint8_t expected = 0, actual = 0;
};

class Accelerator {
 public:
  /// Loads the model, resets it, and checks its ID. `memory` is the DRAM from address 0 on; it must
  /// outlive this object. Throws ToolError (DesignFault: the design fails in reset).
  Accelerator(const BuiltModel& model, std::span<std::uint8_t> memory, std::uint32_t seed = 1);
  ~Accelerator();
  Accelerator(Accelerator&&) noexcept;
  Accelerator& operator=(Accelerator&&) noexcept;

  void configure(const MemoryOptions& options);
  void reset();

  // All of these throw DesignFault when the design breaks a rule of AXI, accesses memory that it
  // must not, or fails an assertion.
  [[nodiscard]] std::uint32_t read_register(std::uint32_t address);
  void write_register(std::uint32_t address, std::uint32_t value);
  /// A refused access is not an error here: the answer says so.
  RegisterAnswer access_register(const RegisterAccess& access);
  [[nodiscard]] Counters read_counters();

  /// Starts the program and waits for its interrupt. `tick` is called every few thousand cycles
  /// with the cycles since the start. A transfer that is still in flight when the interrupt rises
  /// is a failure, unless the run ends in an error. Throws Cancelled.
  [[nodiscard]] ProgramRun run(std::uint32_t command_address, std::uint32_t commands,
                               const Watchdog& watchdog, std::stop_token stop = {},
                               const std::function<void(std::uint64_t)>& tick = {});

  /// The parts of run(), for tests that do something in between. start() sets the registers and
  /// goes; advance() clocks until the interrupt (true), or `cycles` have passed.
  void start(std::uint32_t command_address, std::uint32_t commands);
  bool advance(std::uint64_t cycles);

  [[nodiscard]] std::uint64_t cycles() const;       ///< since construction
  [[nodiscard]] double simulation_seconds() const;  ///< wall time inside run()'s clocking

  /// Every valid/ready pair of the AXI ports and, of a model built with ModelOptions::probes, of
  /// every block inside, with its hierarchical name and value, and every state register: a line
  /// each.
  [[nodiscard]] std::string handshakes();

  /// From here on every signal goes to an FST file. Throws ToolError if the model was built without
  /// ModelOptions::trace or the file cannot be written.
  void open_trace(const std::filesystem::path& file);
  /// The same for the cycles [begin, end) of cycles() only: the file is small, and the simulation
  /// as fast as without a trace before and after. One window at a time.
  void trace_window(const std::filesystem::path& file, std::uint64_t begin, std::uint64_t end);

  /// Compares everything that is written from now on with what is expected, in the cycle in which
  /// it happens. Replaces earlier expectations; none: nothing is compared.
  void expect(const std::vector<ExpectedRegion>& regions);
  [[nodiscard]] RegionState region_state(std::size_t region) const;
  /// The first hundred writes that differ, in order of time; empty: all is well so far.
  [[nodiscard]] std::vector<WrongWrite> wrong_writes() const;

  /// Verilator's coverage counts since construction, for CodeCoverage::add. Throws ToolError if the
  /// model was built without ModelOptions::coverage or the file cannot be written.
  void write_coverage(const std::filesystem::path& file);

 private:
  [[nodiscard]] std::string hang_text(std::uint64_t start);
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sd::tb
