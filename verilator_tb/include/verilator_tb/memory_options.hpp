// How the simulated DRAM behaves: one structure for latency, bandwidth, order, gaps and faults. The
// same options give the same simulation, cycle by cycle.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace sd::tb {

/// Something that goes wrong on purpose. It strikes a transfer that meets all its conditions: the
/// place, the number, the chance. Several faults may stand side by side; the first that strikes
/// counts.
struct MemoryFault {
  enum class Kind : std::uint32_t {
    response,     ///< a beat of read data, or the response of a write burst, carries `response`
    early_rlast,  ///< a read burst of two beats or more ends one beat too early (AXI is broken)
    late_rlast,   ///< a read burst gets one beat too many (AXI is broken)
    no_answer,    ///< a read burst, or the response of a write burst, never comes: a hang
  };
  Kind kind = Kind::response;
  bool of_writes = false;      ///< false: of reads
  std::uint32_t response = 2;  ///< 2 SLVERR, 3 DECERR
  std::uint64_t begin = 0;     ///< it touches a byte of [begin, end)
  std::uint64_t end = ~std::uint64_t{0};
  std::uint64_t nth = 0;  ///< the n-th since configure(), from 1 (0: any): of read beats
                          ///< for `response` of reads, else of bursts in its direction
  std::uint32_t chance_per_65536 = 65536;  ///< drawn from the seed; 65536: always
};

struct MemoryOptions {
  // Latency in cycles: of a read burst from its address to its first beat, of a write from its last
  // beat to its response. Each burst draws from latency_cycles..latency_cycles_max.
  int latency_cycles = 32;
  int latency_cycles_max = 0;                    ///< 0: latency_cycles, always
  std::optional<int> write_latency_cycles = {};  ///< empty: as for reads
  int write_latency_cycles_max = 0;

  // Bandwidth in bytes per cycle (a token bucket); 0: a beat in every cycle.
  double read_bytes_per_cycle = 0, write_bytes_per_cycle = 0;
  int bandwidth_burst_bytes = 64;  ///< what an idle channel saves up, at least one beat

  int max_reads = 64, max_writes = 64;  ///< bursts in flight, 1..256
  /// Answers come from this many oldest bursts (1..256), never before an older one of the same id;
  /// 1: in order. Which one is drawn from the seed.
  int read_reorder = 1, write_reorder = 1;
  bool interleave_reads = false;  ///< beats of bursts with different ids may mix

  // Random back-pressure: chance of a gap, per channel and cycle in which it could transfer.
  int stalls_per_1024 = 0;                                         ///< of every channel (0..1023)
  std::optional<std::array<int, 5>> channel_stalls_per_1024 = {};  ///< instead: AR, R, AW, W, B
  int stall_cycles_max = 1;                                        ///< a gap lasts 1..this

  // Freedoms of a subordinate that managers tend to forget.
  bool ready_after_valid = false;    ///< ARREADY, AWREADY, WREADY come only after their valid
  bool address_after_data = false;   ///< AWREADY waits for WVALID (a manager that offers data only
                                     ///< after AWREADY hangs: IHI 0022, A3.3.1 forbids it)
  bool data_before_address = false;  ///< WREADY does not wait for AWVALID
  /// When written bytes become visible to reads: with the data (true), or as late as AXI allows,
  /// with the response.
  bool write_at_data = false;

  std::uint64_t write_begin = 0, write_end = ~std::uint64_t{0};  ///< a write elsewhere is refused
  bool outside_is_failure = true;  ///< an access outside ends the run; false: it is only answered
                                   ///< by DECERR, as a real system does
  bool check_hazards = true;  ///< reads beside unanswered writes of the same bytes, and so on, are
                              ///< failures: their result depends on luck
  std::uint64_t max_wait_cycles = 0;  ///< valid without ready for longer is a failure; 0: never

  std::optional<std::uint64_t> read_error_address,
      write_error_address;  ///< a beat that covers this byte is answered by SLVERR
  std::vector<MemoryFault> faults;

  std::uint64_t seed = 1;  ///< of everything random
};

}  // namespace sd::tb
