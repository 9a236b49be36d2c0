// Seeded random numbers of 32 bits, the same on every machine.
#pragma once

#include <cstdint>
#include <random>

namespace sd::rtl::test {

class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}
  std::uint32_t operator()() { return static_cast<std::uint32_t>(engine_()); }
  /// 0 .. count - 1; 0 for a count of 0.
  std::uint32_t below(std::uint32_t count) { return count == 0 ? 0 : (*this)() % count; }
  bool chance(int percent) { return static_cast<int>((*this)() % 100) < percent; }

 private:
  std::mt19937 engine_;
};

}  // namespace sd::rtl::test
