// A small generator (Marsaglia's xorshift64, seeded through Steele's splitmix64): one stream per
// purpose, so that what one channel draws does not move another.
#pragma once

#include <cstdint>

class RandomStream {
 public:
  explicit RandomStream(std::uint64_t seed = 0, std::uint64_t stream = 0) {
    std::uint64_t z = seed + (stream + 1) * 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    state_ = (z ^ (z >> 31)) | 1U;
  }
  std::uint32_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<std::uint32_t>(state_ >> 24);
  }
  // In [0, limit); limit > 0.
  std::uint32_t below(std::uint32_t limit) {
    return static_cast<std::uint32_t>(std::uint64_t{next()} * limit >> 32);
  }
  // True `chance` times of `of`.
  bool chance(std::uint32_t chance, std::uint32_t of) { return below(of) < chance; }

 private:
  std::uint64_t state_;
};
