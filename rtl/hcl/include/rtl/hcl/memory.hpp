// Memories.
#pragma once

#include "rtl/hcl/operators.hpp"

namespace hcl {

namespace graph {
struct Memory;
struct Sram;
}  // namespace graph

/// A small memory with combinational read: as many read and write ports as are used. It has no
/// reset.
class Memory {
 public:
  explicit Memory(graph::Memory* memory) : memory_(memory) {}
  /// The word at `address`; past the end it reads zero.
  [[nodiscard]] UInt read(const Arg<UInt>& address) const;
  /// Writes at the clock edge, under the current condition. Of two writes to one word the later one
  /// wins.
  void write(const Arg<UInt>& address, const Arg<UInt>& data) const;

 private:
  graph::Memory* memory_;
};

/// One read port and one write port, both synchronous: an SRAM macro.
class Sram {
 public:
  explicit Sram(graph::Sram* sram) : sram_(sram) {}
  /// The read port: the word at `address` one cycle after `enable`; it stays until the next read. A
  /// read of the word being written gives the old word. To be called once.
  [[nodiscard]] UInt read(const Arg<Bool>& enable, const Arg<UInt>& address) const;
  /// The write port, under the current condition: to be called once.
  void write(const Arg<UInt>& address, const Arg<UInt>& data) const;
  /// With one mask bit for each `width / mask_bits` bits of the word.
  void write(const Arg<UInt>& address, const Arg<UInt>& data, const Arg<UInt>& mask) const;

 private:
  graph::Sram* sram_;
};

}  // namespace hcl
