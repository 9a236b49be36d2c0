// Fields of a few bits one after the other, least significant bit first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sd::pack {

[[nodiscard]] constexpr std::size_t bytes_of_bits(std::size_t bits) {
  return (bits + 7) / 8;
}

class BitWriter {
 public:
  /// Appends to `bytes`, from its next whole byte on.
  explicit BitWriter(std::string& bytes) : bytes_(bytes) {}
  BitWriter(const BitWriter&) = delete;
  BitWriter& operator=(const BitWriter&) = delete;
  ~BitWriter() {
    if (held_ > 0) bytes_ += static_cast<char>(buffer_);
  }
  /// The low `width` (1..8) bits of `value`, whose other bits are zero.
  void put(unsigned value, int width) {
    buffer_ |= value << held_;
    for (held_ += width; held_ >= 8; held_ -= 8) {
      bytes_ += static_cast<char>(buffer_ & 0xFFU);
      buffer_ >>= 8;
    }
  }

 private:
  std::string& bytes_;
  unsigned buffer_ = 0;
  int held_ = 0;
};

/// Never reads beyond `bytes`: the caller has checked that all the bits it will get are there.
class BitReader {
 public:
  explicit BitReader(std::string_view bytes) : bytes_(bytes) {}
  [[nodiscard]] unsigned get(int width) {
    while (held_ < width) {
      buffer_ |= unsigned{static_cast<unsigned char>(bytes_.at(next_++))} << held_;
      held_ += 8;
    }
    const unsigned value = buffer_ & ((1U << width) - 1);
    buffer_ >>= width;
    held_ -= width;
    return value;
  }
  /// Whether what is left of the last byte is zero.
  [[nodiscard]] bool padding_is_zero() const { return buffer_ == 0; }

 private:
  std::string_view bytes_;
  std::size_t next_ = 0;
  unsigned buffer_ = 0;
  int held_ = 0;
};

}  // namespace sd::pack
