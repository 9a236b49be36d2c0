// Performance counters -> what costs energy.
#pragma once

#include "energy_model/energy.hpp"
#include "rtl/design/design_point.hpp"
#include "verilator_tb/simulate.hpp"

namespace sd::core {

/// A booth_serial MAC spends energy per non-zero digit, a parallel one per product.
[[nodiscard]] energy::ActionCounts action_counts(const tb::Counters& counters,
                                                 const design::DesignPoint& design);

/// Energy of one image: the mean over `images`, with the technology that the program carries.
[[nodiscard]] energy::EnergyBreakdown energy_per_image(const tb::Counters& counters,
                                                       const design::DesignPoint& design,
                                                       std::size_t images);

}  // namespace sd::core
