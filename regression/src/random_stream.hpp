// Random numbers that are the same on every machine: the standard library's distributions are not.
#pragma once

#include <cstdint>

namespace sd::regression {

/// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
class RandomStream {
 public:
  explicit RandomStream(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }
  /// least..most, both included.
  int pick(int least, int most) {
    return least + static_cast<int>(next() % static_cast<std::uint64_t>(most - least + 1));
  }
  bool chance(int percent) { return pick(0, 99) < percent; }

 private:
  std::uint64_t state_;
};

/// A seed of its own for number `index` of something that has the seed `seed`. Its 32 bits are easy
/// to type.
inline std::uint64_t seed_of(std::uint64_t seed, std::uint64_t purpose, std::uint64_t index) {
  const std::uint64_t of_purpose = RandomStream(RandomStream(seed).next() ^ purpose).next();
  return RandomStream(of_purpose ^ index).next() >> 32;
}

}  // namespace sd::regression
