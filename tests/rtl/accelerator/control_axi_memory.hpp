// An AXI slave with a memory behind it, for a block whose master pins are m_axi_*: random latency
// and back-pressure, error responses on request, and every rule of the protocol that a master can
// break.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "control_random.hpp"
#include "verilator_tb/block.hpp"

namespace sd::rtl::test {

struct AxiTiming {
  int ready_percent = 100;  ///< chance of AxREADY and WREADY in a cycle
  int answer_percent =
      100;  ///< chance that RVALID or BVALID rises in a cycle when there is something to answer
  int read_latency = 1, write_latency = 1;  ///< cycles, at least
  int extra_latency = 0;                    ///< up to so many more, at random
};

class AxiMemory {
 public:
  /// `prefix`: of the block's pins, "m_axi". Only channels in `channels` ("r", "w", "rw") exist.
  AxiMemory(std::string prefix, std::string channels, int data_bytes, int longest_burst,
            std::size_t bytes, std::uint32_t seed);

  std::vector<std::uint8_t> bytes;
  AxiTiming timing;
  /// Bytes first .. last are answered with an error.
  std::optional<std::pair<std::uint32_t, std::uint32_t>> bad_reads, bad_writes;
  bool wrong_last = false;  ///< RLAST comes with the first beat of a burst
  std::uint64_t read_beats = 0, write_beats = 0, read_bursts = 0, write_bursts = 0;

  /// Sets the slave's pins for this cycle.
  void drive(tb::Block& block);
  /// After the pins have settled and before the clock edge: takes what is handed over, checks the
  /// rules (as test failures).
  void sample(tb::Block& block);
  /// Forgets what is under way, as a reset of both ends does.
  void reset();
  /// Nothing asked for is unanswered.
  [[nodiscard]] bool idle() const {
    return reads_.empty() && writes_.empty() && responses_.empty() && !w_open_;
  }

 private:
  struct Read {
    std::uint32_t address;
    int beats, done;
    std::uint64_t due;
  };
  struct Write {
    std::uint32_t address;
    int beats;
  };
  struct Response {  ///< a whole write; what it writes can be read once it is answered
    std::uint32_t address;
    std::vector<std::vector<std::uint32_t>> data;
    bool error;
    std::uint64_t due;
  };
  struct Held {  ///< a channel's payload that was offered and not taken
    bool waiting = false;
    std::vector<std::uint64_t> payload;
  };
  [[nodiscard]] bool chance(int percent) { return random_.chance(percent); }
  [[nodiscard]] std::uint64_t due(int latency);
  [[nodiscard]] std::string pin(const char* name) const { return prefix_ + "_" + name; }
  void check_address(tb::Block& block, const char* channel, Held& held, bool valid, bool ready);
  void sample_reads(tb::Block& block);
  void sample_writes(tb::Block& block);
  void finish_write();
  void store(const Response& write);

  std::string prefix_;
  bool has_reads_, has_writes_;
  int data_bytes_, longest_burst_;
  Random random_;
  std::uint64_t now_ = 0;
  bool ar_ready_ = false, aw_ready_ = false, w_ready_ = false, r_valid_ = false, b_valid_ = false,
       r_error_ = false;
  Held ar_, aw_, w_;
  std::deque<Read> reads_;
  std::deque<Write> writes_;  ///< addresses whose data has not all come
  std::deque<std::vector<std::vector<std::uint32_t>>> data_;  ///< whole bursts of data, in order
  std::vector<std::vector<std::uint32_t>> w_burst_;           ///< the one that comes in
  bool w_open_ = false;
  std::deque<Response> responses_;
};

}  // namespace sd::rtl::test
