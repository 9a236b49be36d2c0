// A gap-free stream of bits, the least significant bit of a byte first.
#pragma once

#include <cstdint>
#include <vector>

namespace sd::schedule {

class BitWriter {
 public:
  /// The low `count` bits of `value`, 0 .. 64 of them.
  void append(std::uint64_t value, int count) {
    for (int bit = 0; bit < count; ++bit) {
      if (bits_ % 8 == 0) bytes_.push_back(0);
      bytes_.back() |= static_cast<std::uint8_t>((value >> bit & 1U) << (bits_ % 8));
      ++bits_;
    }
  }
  /// Zero bytes up to a multiple of `bytes`.
  void pad_to(std::size_t bytes) {
    bytes_.resize((bytes_.size() + bytes - 1) / bytes * bytes);
    bits_ = bytes_.size() * 8;
  }
  [[nodiscard]] const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
  std::size_t bits_ = 0;
};

}  // namespace sd::schedule
