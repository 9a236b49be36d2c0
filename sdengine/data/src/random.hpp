// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014) and
// integer draws from it: the same on every machine, which std::uniform_int_distribution is not.
#pragma once

#include <cstdint>

namespace sd::data {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  [[nodiscard]] std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

  /// In low..high, both included; high - low < 2^31.
  [[nodiscard]] int between(int low, int high) {
    const std::uint64_t count = static_cast<std::uint64_t>(high - low) + 1;
    return low + static_cast<int>(((next() >> 32) * count) >> 32);
  }

 private:
  std::uint64_t state_;
};

}  // namespace sd::data
