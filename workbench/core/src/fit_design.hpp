// Settings of a decomposition that a design point can execute.
#pragma once

#include <string>
#include <vector>

#include "rtl/design/design_point.hpp"
#include "sdengine/compress/compress.hpp"
#include "sdengine/pack/packed_model.hpp"

namespace sd::core {

/// Candidates, rank, levels and the columns of 1x1 layers come down to what the design has (two
/// candidates may become one); rows are pruned jointly over as many filters as it has slices, since
/// only rows that are zero in a whole group are skipped. Returns what was changed, in words.
std::vector<std::string> fit_to_design(compress::Options& settings,
                                       const design::DesignPoint& design);

/// Every operator that the design leaves to the host, with the reason: a note each.
[[nodiscard]] std::vector<std::string> left_to_host(const pack::PackedModel& model,
                                                    const design::DesignPoint& design);

}  // namespace sd::core
