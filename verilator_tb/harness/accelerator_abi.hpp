// What the program and a compiled accelerator model say to each other. Both sides compile this
// file; the version guards against a model of another build.
#pragma once

#include <cstdint>

constexpr int sd_accelerator_abi_version = 3;

// What a fault does. It strikes a transfer that meets all its conditions.
enum SdFaultKind : std::uint32_t {
  sd_fault_response,     // a read beat, or a write's response, says `response`
  sd_fault_early_rlast,  // a read burst of two beats or more ends one beat early
  sd_fault_late_rlast,   // a read burst gets one beat more than was asked for
  sd_fault_no_answer     // a read burst, or a write's response, never comes
};

// Reads with sd_fault_response count, and are hit, by beat; everything else by burst.
struct SdMemoryFault {
  SdFaultKind kind;
  std::uint32_t of_writes;         // 0: of reads
  std::uint32_t response;          // 2 SLVERR, 3 DECERR
  std::uint32_t chance_per_65536;  // 65536: always
  std::uint64_t begin, end;        // it touches a byte of [begin, end)
  std::uint64_t nth;               // the n-th of its kind since configure(), from 1; 0: any
};

struct SdMemorySettings {
  std::uint32_t read_latency_min, read_latency_max;    // cycles from an address to its first beat
  std::uint32_t write_latency_min, write_latency_max;  // cycles from the last beat to its response
  double read_bytes_per_cycle, write_bytes_per_cycle;  // 0: a beat in every cycle
  std::uint32_t bandwidth_burst_bytes;  // what an idle channel may save up; at least a beat
  std::uint32_t max_reads, max_writes;  // bursts in flight (1..256)
  std::uint32_t read_reorder,
      write_reorder;                     // answers are drawn from this many oldest; 1: in order
  std::uint32_t interleave_reads;        // beats of bursts of different ids may mix
  std::uint32_t stalls_per_1024[5];      // chance of a gap per cycle: AR, R, AW, W, B
  std::uint32_t stall_cycles_max;        // a gap lasts 1..this
  std::uint32_t ready_after_valid;       // address and data readys wait for their valid
  std::uint32_t address_after_data;      // AWREADY waits for WVALID
  std::uint32_t data_before_address;     // WREADY does not wait for AWVALID
  std::uint32_t write_at_data;           // memory changes with the data, not with the response
  std::uint32_t outside_is_failure;      // a burst outside of the memory is recorded
  std::uint32_t check_hazards;           // SD_HAZARD rules
  std::uint64_t max_wait_cycles;         // of the checkers' MAX_WAIT rules; 0: off
  std::uint64_t seed;                    // of all that is random
  std::uint64_t write_begin, write_end;  // the only bytes that may be written
  const SdMemoryFault* faults;           // copied
  std::uint64_t fault_count;
};

// Bytes that the design will write, and what they must be.
struct SdExpectedRegion {
  std::uint64_t begin, bytes;
  const std::uint8_t* expected;  // stays the caller's until the next expect() or destroy()
};

struct SdRegionState {
  std::uint64_t written, wrong;           // bytes so far
  std::uint64_t first_cycle, last_cycle;  // of writes into it; 0 if written is 0
};

struct SdWrongWrite {
  std::uint64_t cycle, address;
  std::uint32_t region;  // ~0: all that was expected there had been written before
  std::uint8_t expected, actual;
};

// One access of the register port. The delays are cycles until AWVALID or ARVALID, WVALID, and
// BREADY or RREADY.
struct SdRegisterAccess {
  std::uint32_t is_write, address, value, strobes;
  std::uint32_t address_delay, data_delay, answer_delay;
  std::uint32_t response;  // out; of a read, `value` is one too
};

struct SdProgress {
  std::uint64_t cycles;         // since creation
  std::uint64_t last_transfer;  // cycle of the latest handshake on the AXI4 port
  std::uint64_t reads_in_flight, writes_in_flight;
  std::uint64_t read_beats, write_beats;  // since creation
};

// The functions return 0 if all is well, 1 if a failure was recorded (a broken AXI rule, an access
// outside the memory or the writable range, an assertion of the design).
struct SdAcceleratorInterface {
  int version;
  int axi_bytes;
  void* (*create)(std::uint8_t* memory, std::uint64_t bytes,
                  std::uint32_t seed);  // the memory stays the caller's
  void (*destroy)(void*);
  void (*configure)(void*, const SdMemorySettings*);
  int (*reset)(void*);
  int (*write_register)(void*, std::uint32_t address, std::uint32_t value);
  int (*read_register)(void*, std::uint32_t address, std::uint32_t* value);
  int (*access_register)(void*, SdRegisterAccess*);  // a response other than OKAY is no failure
  // Clocks until the interrupt rises, `cycles` have passed, nothing was transferred for
  // `quiet_cycles` counted from `quiet_from` on (0: however long), or a failure is recorded.
  int (*advance)(void*, std::uint64_t cycles, std::uint64_t quiet_from, std::uint64_t quiet_cycles,
                 int* interrupt);
  void (*progress)(void*, SdProgress*);
  int (*check_idle)(void*);  // records a failure if a transfer is in flight
  int (*failure_count)(void*);
  const char* (*failure)(void*, int index);
  void (*clear_failures)(void*);
  // Every valid/ready pair and, in a model with probes, every state register: one line each. The
  // text lives until the next call.
  const char* (*handshakes)(void*);
  // Traces cycles [begin, end) into an FST file. 1: this model was built without tracing, or the
  // file cannot be written (tried at once).
  int (*trace)(void*, const char* file, std::uint64_t begin, std::uint64_t end);
  // Writes Verilator's coverage counts. 1: built without coverage, or the file cannot be written.
  int (*write_coverage)(void*, const char* file);
  // Compares writes with what is expected, as they happen. Replaces earlier regions and results.
  void (*expect)(void*, const SdExpectedRegion* regions, std::uint64_t count);
  void (*region_state)(void*, std::uint64_t region, SdRegionState*);
  std::uint64_t (*wrong_writes)(void*, SdWrongWrite* into, std::uint64_t room);  // the first ones
};

extern "C" {
using SdGetAcceleratorInterface = const SdAcceleratorInterface*();
}
