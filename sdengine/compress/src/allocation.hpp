// Rate-distortion curves of layers, and the settings that a price or a budget chooses from them.
#pragma once

#include <span>
#include <vector>

#include "layer_problem.hpp"

namespace sd::compress {

/// One measured fit of a layer.
struct RatePoint {
  Candidate candidate;
  double price = 0;  ///< relative squared error per bit
  double error = 0;  ///< relative, squared
  double bits = 0;   ///< of the whole layer
};

struct LayerCurve {
  std::vector<RatePoint> points;  ///< candidate by candidate, prices ascending
  /// How much the layer's relative squared error counts against the other layers'.
  double importance = 1;
  double weights = 0;  ///< number of them
};

/// Fits a sample of the layer's filters with every candidate at a grid of prices.
[[nodiscard]] LayerCurve measure_curve(const LayerProblem& problem,
                                       const std::vector<Candidate>& candidates);

/// What a price chooses on a curve: the candidate of least error + price * bits, and what it is
/// expected to give.
struct Choice {
  Candidate candidate;
  double price = 0;  ///< of the layer: the network's / importance
  double error = 0, bits = 0;
};
[[nodiscard]] Choice choose(const LayerCurve& curve, double network_price);

/// The network's price at which the choices take `bits` altogether (as near as 0.01 % where the
/// curves reach it), by bisection.
[[nodiscard]] double price_for(std::span<const LayerCurve> curves, double bits);

}  // namespace sd::compress
