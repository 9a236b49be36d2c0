// What AW and AR have in common: form, subset, stability, and how long they wait.
#pragma once

#include "axi4_rules.hpp"
#include "axi_pins.hpp"
#include "violations.hpp"

namespace axi {

// The subset of AXI4 that a port promises to keep to.
struct Subset {
  bool incr_only = true;
  bool full_width_only = true;
  bool aligned_only = true;
};

struct AddressRuleNames {
  const char *channel, *boundary, *wrap_align, *burst, *fixed, *wrap, *size, *cache, *reset, *valid,
      *id_stable, *address_stable, *length_stable, *size_stable, *burst_stable, *lock_stable,
      *cache_stable, *prot_stable, *qos_stable, *region_stable, *max_wait;
};

// clang-format off
#define SD_ADDRESS_RULES(A) {#A, \
    rule::AXI4_ERRM_##A##ADDR_BOUNDARY, rule::AXI4_ERRM_##A##ADDR_WRAP_ALIGN, rule::AXI4_ERRM_##A##BURST, \
    rule::AXI4_ERRM_##A##LEN_FIXED, rule::AXI4_ERRM_##A##LEN_WRAP, rule::AXI4_ERRM_##A##SIZE, \
    rule::AXI4_ERRM_##A##CACHE, rule::AXI4_ERRM_##A##VALID_RESET, rule::AXI4_ERRM_##A##VALID_STABLE, \
    rule::AXI4_ERRM_##A##ID_STABLE, rule::AXI4_ERRM_##A##ADDR_STABLE, rule::AXI4_ERRM_##A##LEN_STABLE, \
    rule::AXI4_ERRM_##A##SIZE_STABLE, rule::AXI4_ERRM_##A##BURST_STABLE, rule::AXI4_ERRM_##A##LOCK_STABLE, \
    rule::AXI4_ERRM_##A##CACHE_STABLE, rule::AXI4_ERRM_##A##PROT_STABLE, rule::AXI4_ERRM_##A##QOS_STABLE, \
    rule::AXI4_ERRM_##A##REGION_STABLE, rule::AXI4_RECS_##A##READY_MAX_WAIT}
// clang-format on
inline constexpr AddressRuleNames write_address_rules = SD_ADDRESS_RULES(AW);
inline constexpr AddressRuleNames read_address_rules = SD_ADDRESS_RULES(AR);
#undef SD_ADDRESS_RULES

template <int bytes>
class AddressRules {
 public:
  AddressRules(const AddressRuleNames& names, const Subset& subset, Violations& found)
      : names_(names), subset_(subset), found_(found) {}

  void reset() {
    waiting_ = false;
    first_cycle_ = true;
  }

  // Called in every cycle with its number. `max_wait` 0: no limit.
  void clock(const Address& now, bool ready, std::uint64_t cycle, std::uint64_t max_wait) {
    if (first_cycle_) {
      first_cycle_ = false;
      if (now.valid)
        found_.add(names_.reset, cycle, "%sVALID is high in the first cycle after reset",
                   names_.channel);
    }
    if (waiting_) check_stable(now, cycle);
    if (now.valid && !waiting_) {
      check_form(now, cycle);
      since_ = cycle;
    }
    waiting_ = now.valid && !ready;
    if (!waiting_) return;
    was_ = now;
    if (max_wait != 0 && cycle - since_ == max_wait)
      found_.add(names_.max_wait, cycle, "%sVALID waits for %sREADY since cycle %llu",
                 names_.channel, names_.channel, since_);
  }

  bool waiting() const { return waiting_; }

 private:
  void check_stable(const Address& now, std::uint64_t cycle) const {
    if (!now.valid) {
      found_.add(names_.valid, cycle, "%sVALID fell before %sREADY (address 0x%llx)",
                 names_.channel, names_.channel, was_.address);
      return;
    }
    same(names_.id_stable, "ID", was_.id, now.id, cycle);
    same(names_.address_stable, "ADDR", was_.address, now.address, cycle);
    same(names_.length_stable, "LEN", was_.length, now.length, cycle);
    same(names_.size_stable, "SIZE", was_.size, now.size, cycle);
    same(names_.burst_stable, "BURST", was_.burst, now.burst, cycle);
    same(names_.lock_stable, "LOCK", was_.lock, now.lock, cycle);
    same(names_.cache_stable, "CACHE", was_.cache, now.cache, cycle);
    same(names_.prot_stable, "PROT", was_.prot, now.prot, cycle);
    same(names_.qos_stable, "QOS", was_.qos, now.qos, cycle);
    same(names_.region_stable, "REGION", was_.region, now.region, cycle);
  }

  void same(const char* rule, const char* field, std::uint64_t was, std::uint64_t now,
            std::uint64_t cycle) const {
    if (was != now)
      found_.add(rule, cycle, "%s%s changed from 0x%llx to 0x%llx before %sREADY", names_.channel,
                 field, was, now, names_.channel);
  }

  void check_form(const Address& a, std::uint64_t cycle) const {
    const auto bad = [&](const char* rule, const char* what) {
      found_.add(rule, cycle, "%s burst at 0x%llx, %u beats, size %u, type %u: %s", names_.channel,
                 a.address, a.beats(), a.size, a.burst, what);
    };
    if (a.burst == 3) bad(names_.burst, "type 3 is reserved");
    if ((1U << a.size) > bytes) bad(names_.size, "a beat is wider than the bus");
    if (a.burst == burst_fixed && a.length > 15) bad(names_.fixed, "FIXED takes at most 16 beats");
    if (a.burst == burst_wrap) {
      if (a.length != 1 && a.length != 3 && a.length != 7 && a.length != 15)
        bad(names_.wrap, "WRAP takes 2, 4, 8 or 16 beats");
      if (a.address % (std::uint64_t{1} << a.size) != 0)
        bad(names_.wrap_align, "WRAP starts at a multiple of its beat");
    }
    if (const Span span = span_of(a);
        a.burst == burst_incr && (span.begin >> 12) != ((span.end - 1) >> 12))
      bad(names_.boundary, "crosses a 4 KiB boundary");
    if ((a.cache & 2U) == 0 && (a.cache & 0xcU) != 0)
      bad(names_.cache, "an allocation hint without the modifiable bit");
    if (a.lock != 0) bad(rule::SD_SUBSET_EXCLUSIVE, "exclusive accesses are not used here");
    if (subset_.incr_only && a.burst != burst_incr && a.burst != 3)
      bad(rule::SD_SUBSET_INCR, "only INCR bursts are used here");
    if (subset_.full_width_only && (1U << a.size) < bytes)
      bad(rule::SD_SUBSET_FULL_WIDTH, "only full-width beats are used here");
    if (subset_.aligned_only && a.address % bytes != 0)
      bad(rule::SD_SUBSET_ALIGNED, "only bus-aligned bursts are used here");
  }

  const AddressRuleNames& names_;
  const Subset& subset_;
  Violations& found_;
  Address was_;
  std::uint64_t since_ = 0;
  bool waiting_ = false, first_cycle_ = true;
};

}  // namespace axi
