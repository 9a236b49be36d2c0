// Memories.
#pragma once

#include <utility>

#include "rtl/hcl/bundle.hpp"

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
  /// Writes the parts of the word whose mask bits are set; the mask's width divides the word's.
  void write(const Arg<UInt>& address, const Arg<UInt>& data, const Arg<UInt>& mask) const;
  /// A synchronous read port: a register `name` (without reset) that takes the word at `address`
  /// at each clock with `enable` and keeps it until the next. A read of a word that is written in
  /// the same cycle gives the old one.
  [[nodiscard]] UInt read_sync(const Name& name, const Arg<Bool>& enable,
                               const Arg<UInt>& address) const;

 private:
  graph::Memory* memory_;
};

/// A small memory of any type T, each word packed.
template <class T>
class Mem {
 public:
  /// `shape` says the widths of T's leaves.
  Mem(Memory memory, T shape) : memory_(memory), shape_(std::move(shape)) {}
  [[nodiscard]] T read(const Arg<UInt>& address) const {
    return unpack(shape_, memory_.read(address), address.where());
  }
  [[nodiscard]] T read_sync(const Name& name, const Arg<Bool>& enable,
                            const Arg<UInt>& address) const {
    return unpack(shape_, memory_.read_sync(name, enable, address), address.where());
  }
  void write(const Arg<UInt>& address, const std::type_identity_t<T>& value) const {
    memory_.write(address, Arg<UInt>(pack(value, address.where()), address.where()));
  }
  /// The words as plain bits, for masked writes.
  [[nodiscard]] const Memory& bits() const { return memory_; }

 private:
  Memory memory_;
  T shape_;
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
