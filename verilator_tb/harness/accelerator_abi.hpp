// What the program and a compiled accelerator model say to each other. Both sides compile this
// file; the version guards against a model of another build.
#pragma once

#include <cstdint>

constexpr int sd_accelerator_abi_version = 1;

struct SdMemorySettings {
  std::uint32_t latency_cycles;  // from a read address to its first beat, and from the last write
                                 // beat to its response
  std::uint32_t
      stalls_per_1024;  // chance of a gap, per channel and cycle; 0: the memory is always ready
  std::uint64_t seed;   // of the gaps
  std::uint64_t write_begin, write_end;  // the only bytes that may be written
  std::uint64_t
      read_error_address;  // a beat that covers this byte is answered by SLVERR; all ones: none
  std::uint64_t write_error_address;
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
  // Clocks until the interrupt rises, `cycles` have passed or a failure is recorded.
  int (*advance)(void*, std::uint64_t cycles, int* interrupt);
  std::uint64_t (*cycles)(void*);  // since creation
  int (*failure_count)(void*);
  const char* (*failure)(void*, int index);
  int (*open_trace)(void*, const char* file);  // 1: this model was built without tracing
};

extern "C" {
using SdGetAcceleratorInterface = const SdAcceleratorInterface*();
}
