// Float32 execution of a Network: the yardstick for accuracy, and the source of activation ranges.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "sdengine/graph/network.hpp"

namespace sd::inference {

/// Runs images one at a time. Thread-compatible: one executor may serve many threads, `run` is const.
/// Results do not depend on the number of threads.
class FloatExecutor {
 public:
  explicit FloatExecutor(const graph::Network& network);

  /// `image`: input_shape().elements() floats, channels first, already normalised. Returns the output operator's values.
  [[nodiscard]] std::vector<float> run(std::span<const float> image) const;

  /// The same, giving every operator's result in order to `see` as soon as it is there.
  using Observer = std::function<void(int operator_index, std::span<const float> values)>;
  [[nodiscard]] std::vector<float> run(std::span<const float> image, const Observer& see) const;

 private:
  graph::Network network_;  // holds the weights; prepared once (im2col matrices by Eigen)
};

/// Index of the largest value, the lowest index on a tie.
[[nodiscard]] int argmax(std::span<const float> values);

}  // namespace sd::inference
