// The whole address space of the accelerator's master port: only pages that are touched take room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sd::regression {

class SparseMemory {
 public:
  static constexpr std::size_t size = std::size_t{1} << 32;

  /// Zeros. Throws ToolError if the system refuses the address range.
  SparseMemory();
  ~SparseMemory();
  SparseMemory(const SparseMemory&) = delete;
  SparseMemory& operator=(const SparseMemory&) = delete;

  [[nodiscard]] std::span<std::uint8_t> bytes() const { return {bytes_, size}; }
  void put(std::uint32_t address, const std::vector<std::uint8_t>& bytes) const;
  /// Zeros everywhere again.
  void clear() const;

 private:
  std::uint8_t* bytes_ = nullptr;
};

}  // namespace sd::regression
