// The control side between a DRAM, a host, and a stand-in for the compute side that keeps what is
// written to its buffers.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "control_axi_memory.hpp"
#include "control_lite_master.hpp"
#include "control_program.hpp"
#include "control_random.hpp"
#include "rtl/design/design_point.hpp"
#include "verilator_tb/block.hpp"

namespace sd::rtl::test {

/// The buffers of the compute side as the seam's write ports fill them.
struct Buffers {
  std::vector<std::uint8_t> input, output;
  std::vector<int> flags;  ///< -1: not written
  std::vector<std::vector<std::uint32_t>> weights;
  struct IndexEntry {
    std::uint32_t marker, c_row, r;
    bool operator==(const IndexEntry&) const = default;
  };
  std::vector<IndexEntry> index;
  std::vector<std::uint64_t> parameters;
};

struct Status {
  bool busy, done, error;
  std::uint32_t code, id;
};

class ControlBench {
 public:
  explicit ControlBench(const design::DesignPoint& point, std::uint32_t seed = 1);

  design::DesignPoint point;
  tb::Block block;
  AxiMemory memory;
  LiteMaster bus;
  Buffers buffers;
  int accept_percent = 100;  ///< chance that a command is taken when the stand-in has room for it
  /// From a COMPUTE's or VECTOR's turn to its end.
  int compute_cycles = 3, extra_cycles = 0;
  int in_flight = 1;      ///< commands that the stand-in takes before the oldest is done
  int hold_percent = 0;   ///< chance that a stretch of `load_hold` begins in a cycle
  int longest_hold = 40;  ///< cycles
  /// `vector`: of a VECTOR, whose fields these are then.
  std::function<void(const std::map<std::string, std::uint64_t>& fields, bool vector)> on_accept;
  std::function<void()> on_done;  ///< in the cycle before `done`
  std::uint64_t computes = 0, vectors = 0, cycles = 0,
                overlapped_beats = 0;  ///< beats read while a COMPUTE ran
  std::uint64_t held_cycles = 0;       ///< in which no load may write to the input buffer
  std::uint64_t held_weights = 0;      ///< weight words written in them
  std::array<std::uint64_t, 26>
      counted{};  ///< by this bench, at the numbers of the control side's own counters

  void tick();
  void tick(int count) {
    for (int i = 0; i < count; ++i) tick();
  }
  /// Writes the program to `program_address`, starts it, waits for the end of the run; returns the
  /// status. Fails the test after `limit` cycles.
  Status run(const std::vector<CommandWords>& program, std::uint64_t limit = 100000,
             std::uint32_t count_off = 0);
  void start(const std::vector<CommandWords>& program, std::uint32_t count_off = 0);
  /// rst_ni, of the block and of the memory's side of the bus.
  void hard_reset();
  [[nodiscard]] Status status();
  [[nodiscard]] bool wait(std::uint64_t limit);       ///< for the interrupt
  [[nodiscard]] bool wait_done(std::uint64_t limit);  ///< for STATUS.done
  [[nodiscard]] std::uint64_t counter(std::uint32_t number);
  [[nodiscard]] bool compute_idle() const { return running_.empty(); }

  static constexpr std::uint32_t program_address = 0x30000;
  static constexpr std::size_t memory_bytes = 0x40000;

 private:
  void drive_compute();
  void sample_compute();
  Random random_;
  std::deque<int> running_;  ///< cycles left of each command taken; the oldest runs
  bool ready_ = false, vector_ready_ = false, hold_ = false, held_ = false;
  int hold_left_ = 0;
  struct Pin {
    std::string name, port;
  };
  std::vector<Pin> command_fields_, vector_fields_;
  std::vector<std::uint32_t> output_data_;
};

}  // namespace sd::rtl::test
