// The rules of an AXI4 master's channels (IHI 0022, A3.2.1, A3.4.1).
#pragma once

#include <string>

#include "formal/proof.hpp"
#include "properties/helpers.hpp"
#include "rtl/accelerator/control/axi_ports.hpp"

namespace sd::formal {

/// An address channel: offers stay; full-width INCR bursts, aligned, none too long or over 4 KiB.
void assert_address_rules(hcl::TopModule& m, const design::DesignPoint& point,
                          const std::string& name, const hcl::Bool& valid, const hcl::Bool& ready,
                          const hcl::UInt& address, const hcl::UInt& length, const hcl::UInt& size,
                          const hcl::UInt& burst);

/// Whether a burst of `length` + 1 beats at `address` (both as on the bus) stays within 4 KiB and
/// the longest length.
[[nodiscard]] hcl::Bool legal_burst(const design::DesignPoint& point, const hcl::UInt& address,
                                    const hcl::UInt& length);

/// The invariant of an engine's queue of addresses, `u_dut.u_addresses`: it holds legal bursts.
void assert_addresses_inside(hcl::TopModule& m, ProbeList& probes,
                             const design::DesignPoint& point);

/// What the proofs of both engines' rules have in common.
[[nodiscard]] Proof engine_rules_proof(const std::string& engine);

/// Every beat from, or to, the right place, in order.
[[nodiscard]] Proof read_engine_data_proof(const design::DesignPoint& point);
[[nodiscard]] Proof write_engine_data_proof(const design::DesignPoint& point);

/// A burst as its splitter hands it over, for a top that sees inside an engine.
struct SeenBurst {
  hcl::Bool begins;   ///< in this cycle
  hcl::UInt address;  ///< in beats
  hcl::UInt length;   ///< beats - 1
  hcl::Bool last;     ///< of its transfer
  /// `instance` names the splitter.
  SeenBurst(ProbeList& probes, const design::DesignPoint& point, const std::string& name,
            const std::string& instance);
};

/// The invariant of a burst splitter under way: it has beats and chunks left.
void assert_splitter_inside(hcl::TopModule& m, ProbeList& probes, const design::DesignPoint& point,
                            const std::string& name, const std::string& instance);

}  // namespace sd::formal
