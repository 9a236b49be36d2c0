// Parts of the AXI memory: bandwidth, gaps, faults.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "accelerator_abi.hpp"
#include "axi_pins.hpp"
#include "random_stream.hpp"

namespace axi {

// A token bucket: `rate` bytes flow in per cycle, up to `depth`; a beat takes its bytes out.
class Bandwidth {
 public:
  // bytes_per_cycle 0: no limit.
  void configure(double bytes_per_cycle, std::uint64_t depth, std::uint64_t cycle) {
    rate_ = static_cast<std::uint64_t>(bytes_per_cycle * one + 0.5);
    depth_ = depth * one;
    tokens_ = depth_;
    at_ = cycle;
  }
  bool has(std::uint64_t bytes, std::uint64_t cycle) {
    if (rate_ == 0) return true;
    tokens_ = std::min(depth_, tokens_ + (cycle - at_) * rate_);
    at_ = cycle;
    return tokens_ >= bytes * one;
  }
  void take(std::uint64_t bytes) {
    if (rate_ != 0) tokens_ -= bytes * one;
  }

 private:
  static constexpr std::uint64_t one = 1U << 16;  // tokens of a byte
  std::uint64_t rate_ = 0, depth_ = 0, tokens_ = 0, at_ = 0;
};

// Random gaps of one channel.
class Gaps {
 public:
  void configure(std::uint32_t per_1024, std::uint32_t longest, RandomStream random) {
    per_1024_ = per_1024;
    longest_ = std::max(1U, longest);
    random_ = random;
    left_ = 0;
  }
  // Called once a cycle in which the channel could go on.
  bool stalled() {
    if (per_1024_ == 0) return false;
    if (left_ > 0) {
      --left_;
      return true;
    }
    if (!random_.chance(per_1024_, 1024)) return false;
    left_ = longest_ > 1 ? random_.below(longest_) : 0;
    return true;
  }

 private:
  std::uint32_t per_1024_ = 0, longest_ = 1, left_ = 0;
  RandomStream random_;
};

// Decides which transfers go wrong.
class Faults {
 public:
  void configure(const SdMemorySettings& settings, RandomStream random) {
    list_.clear();
    for (std::uint64_t i = 0; i < settings.fault_count; ++i) list_.push_back(settings.faults[i]);
    random_ = random;
    for (auto& count : seen_) count = 0;
  }
  bool empty() const { return list_.empty(); }

  // A beat of a read, or the whole of a write: its response (`otherwise` if no fault strikes).
  std::uint32_t response(bool write, const Span& span, std::uint32_t otherwise) {
    ++seen_[write ? 1 : 0];
    for (const SdMemoryFault& fault : list_)
      if (fault.kind == sd_fault_response && (fault.of_writes != 0) == write &&
          strikes(fault, span, seen_[write ? 1 : 0]))
        return fault.response;
    return otherwise;
  }

  // A read burst that begins: beats that it will have; 0: it never comes.
  std::uint32_t read_beats(const Span& span, std::uint32_t beats) {
    ++seen_[2];
    for (const SdMemoryFault& fault : list_) {
      if (fault.of_writes != 0 || fault.kind == sd_fault_response) continue;
      if (fault.kind == sd_fault_early_rlast && beats < 2) continue;
      if (!strikes(fault, span, seen_[2])) continue;
      if (fault.kind == sd_fault_no_answer) return 0;
      return fault.kind == sd_fault_early_rlast ? beats - 1 : beats + 1;
    }
    return beats;
  }

  // A write whose response never comes. Called before response().
  bool swallows_write(const Span& span) {
    for (const SdMemoryFault& fault : list_)
      if (fault.kind == sd_fault_no_answer && fault.of_writes != 0 &&
          strikes(fault, span, seen_[1] + 1))
        return true;
    return false;
  }

  bool breaks_rlast() const {
    return std::any_of(list_.begin(), list_.end(), [](const SdMemoryFault& fault) {
      return fault.kind == sd_fault_early_rlast || fault.kind == sd_fault_late_rlast;
    });
  }

 private:
  bool strikes(const SdMemoryFault& fault, const Span& span, std::uint64_t number) {
    if (fault.nth != 0 && fault.nth != number) return false;
    if (!span.overlaps({fault.begin, fault.end})) return false;
    return fault.chance_per_65536 >= 65536 || random_.chance(fault.chance_per_65536, 65536);
  }

  std::vector<SdMemoryFault> list_;
  RandomStream random_;
  std::uint64_t seen_[3] = {0, 0, 0};  // read beats, write bursts, read bursts
};

}  // namespace axi
