// Compares what is written with what must be written, in the cycle in which it happens. Memory that
// is used again (an activation buffer that serves every second layer) is listed once per use: a
// written byte belongs to the first region that covers it and has not got that byte yet.
#pragma once

#include <cstdint>
#include <vector>

#include "accelerator_abi.hpp"

class WriteScoreboard {
 public:
  void expect(const SdExpectedRegion* regions, std::uint64_t count) {
    regions_.clear();
    wrong_.clear();
    for (std::uint64_t i = 0; i < count; ++i)
      regions_.push_back({regions[i], {}, std::vector<bool>(regions[i].bytes)});
    first_open_ = 0;
  }
  bool empty() const { return regions_.empty(); }

  void write(std::uint64_t address, std::uint8_t value, std::uint64_t cycle) {
    bool covered = false;
    for (std::size_t i = first_open_; i < regions_.size(); ++i) {
      Region& region = regions_[i];
      const std::uint64_t offset = address - region.what.begin;
      if (address < region.what.begin || offset >= region.what.bytes) continue;
      covered = true;
      if (region.done[offset]) continue;
      region.done[offset] = true;
      SdRegionState& state = region.state;
      if (state.written++ == 0) state.first_cycle = cycle;
      state.last_cycle = cycle;
      if (const std::uint8_t expected = region.what.expected[offset]; expected != value) {
        ++state.wrong;
        record({cycle, address, static_cast<std::uint32_t>(i), expected, value});
      }
      while (first_open_ < regions_.size() && full(regions_[first_open_])) ++first_open_;
      return;
    }
    // Closed regions were not looked at: is it a byte of one of them?
    for (std::size_t i = 0; i < first_open_ && !covered; ++i)
      covered = address >= regions_[i].what.begin &&
                address - regions_[i].what.begin < regions_[i].what.bytes;
    if (covered) record({cycle, address, ~std::uint32_t{0}, value, value});
  }

  SdRegionState state(std::uint64_t region) const { return regions_.at(region).state; }
  const std::vector<SdWrongWrite>& wrong() const { return wrong_; }  // the first hundred

 private:
  struct Region {
    SdExpectedRegion what;
    SdRegionState state;
    std::vector<bool> done;
  };
  static bool full(const Region& region) { return region.state.written == region.what.bytes; }
  void record(const SdWrongWrite& write) {
    constexpr std::size_t enough = 100;
    if (wrong_.size() < enough) wrong_.push_back(write);
  }

  std::vector<Region> regions_;
  std::vector<SdWrongWrite> wrong_;
  std::size_t first_open_ = 0;  // those before it are full
};
