#include "slot_shares.hpp"

#include <algorithm>

#include "chip.hpp"

namespace sd::core {

namespace {

double fraction(std::int64_t part, std::int64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0.0;
}

/// Of a line's MACs: slices with a filter, lanes with a pixel.
double full_lanes(const design::DesignPoint& design, const schedule::LayerSchedule& layer,
                  const graph::Operator& op) {
  std::int64_t filters = 0;
  for (const schedule::FilterGroup& group : layer.groups) filters += group.filters;
  const std::int64_t slices = std::ssize(layer.groups) * std::int64_t{design.slices};
  const std::int64_t width = op.kind == graph::OperatorKind::fully_connected ? 1 : op.output.width;
  const std::int64_t lanes = (width + design.macs - 1) / design.macs * design.macs;
  return fraction(filters, slices) * fraction(width, lanes);
}

}  // namespace

SlotShares slot_shares(const tb::Counters& counters, const design::DesignPoint& design,
                       const schedule::LayerSchedule& layer, const graph::Operator& op) {
  SlotShares shares;
  if (counters.cycles == 0) return shares;
  const double lanes = full_lanes(design, layer, op);
  shares.useful = mac_utilisation(counters, design);
  shares.not_computing =
      1 - static_cast<double>(std::min(counters.compute_busy_cycles, counters.cycles)) /
              static_cast<double>(counters.cycles);
  const double rest = std::max(0.0, 1 - shares.useful - shares.not_computing);
  shares.empty_lanes = lanes > 0 ? std::min(rest, shares.useful / lanes - shares.useful) : 0.0;
  shares.no_job = rest - shares.empty_lanes;
  return shares;
}

}  // namespace sd::core
