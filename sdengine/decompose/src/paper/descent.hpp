// The loop of the procedure over one slice, with its restarts.
#pragma once

#include "paper/slice.hpp"
#include "sdengine/decompose/paper.hpp"

namespace sd::decompose {

struct Descent {
  int passes = 0;
  int restarts = 0;
  bool converged = false;
  double threshold = 0;
};

/// Leaves the result in `slice`. `row_thresholds`: whether settings.threshold_row applies to this
/// layer. With `history`, every pass is run; without, a descent that has come back to a basis it
/// had before goes straight to where its cycle will be at the last pass: the result is the same.
Descent descend(PaperSlice& slice, const PaperSettings& settings, bool row_thresholds,
                PaperHistory* history = nullptr);

/// The rules of a pass at one threshold.
[[nodiscard]] PassRules pass_rules(const PaperSettings& settings, double threshold,
                                   bool row_thresholds);

}  // namespace sd::decompose
