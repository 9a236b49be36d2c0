#include "properties/axi_properties.hpp"

#include <bit>

namespace sd::formal {

using namespace hcl;

Bool legal_burst(const design::DesignPoint& point, const UInt& address, const UInt& length) {
  const int shift = rtl::beat_shift(point);
  const UInt beats = length + 1;
  const UInt bytes = shl(beats, shift);
  return (beats <= point.axi_burst_beats) & (address.bits(11, 0) + bytes <= rtl::axi_page_bytes) &
         (address.bits(shift - 1, 0) == 0);
}

void assert_address_rules(TopModule& m, const design::DesignPoint& point, const std::string& name,
                          const Bool& valid, const Bool& ready, const UInt& address,
                          const UInt& length, const UInt& size, const UInt& burst) {
  assert_offer_stays(m, name, valid, ready, cat(address, length, size, burst), b(false));
  m.assert_(name + "_full_width_incr",
            implies(valid, (size == rtl::beat_shift(point)) & (burst == 1)));
  m.assert_(name + "_legal_burst", implies(valid, legal_burst(point, address, length)));
}

void assert_splitter_inside(TopModule& m, ProbeList& probes, const design::DesignPoint& point,
                            const std::string& name, const std::string& instance) {
  const int width = rtl::beat_address_bits(point);
  const Bool active = probes.flag(name + "_active", instance + ".active_q");
  const UInt left = probes.word(name + "_left", instance + ".left_q", width);
  const UInt chunk = probes.word(name + "_chunk_beats", instance + ".chunk_beats_q", width);
  m.assert_(name + "_has_beats_left", implies(active, (left != 0) & (chunk != 0)));
}

void assert_addresses_inside(TopModule& m, ProbeList& probes, const design::DesignPoint& point) {
  const int address_bits = rtl::beat_address_bits(point);
  const FifoInside addresses(probes, "addresses", "u_dut.u_addresses", address_bits + 8, 2);
  m.assert_("addresses_consistent", addresses.consistent());
  for (int slot = 0; slot < addresses.depth; ++slot) {
    const UInt word = addresses.words[static_cast<std::size_t>(slot)];
    m.assert_(
        "held_address_is_legal_" + std::to_string(slot),
        implies(addresses.holds_slot(slot),
                legal_burst(point, shl(word.bits(address_bits + 7, 8), rtl::beat_shift(point)),
                            word.bits(7, 0))));
  }
}

Proof engine_rules_proof(const std::string& engine) {
  Proof rules;
  rules.name = engine + "_rules";
  rules.method = Method::induction;
  rules.depth = 2;
  rules.cover_depth = 6;
  rules.fault_modules = {"burst_splitter", "fifo_width37"};
  rules.faults = 8;
  rules.faults_refuted_at_least = 3;
  rules.fault_depth = 7;
  return rules;
}

SeenBurst::SeenBurst(ProbeList& probes, const design::DesignPoint& point, const std::string& name,
                     const std::string& instance)
    : begins(probes.flag(name + "_burst_valid", instance + ".burst_valid_o") &
             probes.flag(name + "_burst_ready", instance + ".burst_ready_i")),
      address(probes.word(name + "_burst_address", instance + ".burst_bits_address_o",
                          rtl::beat_address_bits(point))),
      length(probes.word(name + "_burst_length", instance + ".burst_bits_length_o", 8)),
      last(probes.flag(name + "_burst_last", instance + ".burst_bits_last_o")) {}

}  // namespace sd::formal
