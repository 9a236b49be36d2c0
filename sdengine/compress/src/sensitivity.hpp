// How much a layer's error matters to the network's outputs.
#pragma once

#include <span>
#include <vector>

#include "plan.hpp"
#include "sdengine/decompose/second_moment.hpp"

namespace sd::compress {

/// Measured by noise on one layer's weights at a time.
class Sensitivity {
 public:
  Sensitivity(const graph::Network& original, std::span<const std::vector<float>> images);

  /// Relative squared error of the network's outputs for each relative squared error of the outputs
  /// of one layer, whose `moments` are those of its inputs. 0 if nothing of it reaches the outputs.
  [[nodiscard]] double of(const LayerPlan& plan,
                          std::span<const decompose::SecondMoment> moments) const;

 private:
  const graph::Network& original_;
  std::span<const std::vector<float>> images_;
  std::vector<std::vector<float>> outputs_;
  double energy_ = 0;  ///< of the outputs about their means
};

}  // namespace sd::compress
