// Float32 execution of a Network: the yardstick for accuracy, and the source of activation ranges.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "sdengine/graph/network.hpp"

namespace sd::inference {

/// Runs images one at a time, each on the thread that calls. One executor may serve many threads: `run` is const, and each
/// thread keeps its scratch memory from call to call. Sums are taken in a fixed order and without fused multiply-add, so
/// that results are the same bits for every thread count and on every x86-64 machine (softmax aside: libm's exp).
class FloatExecutor {
 public:
  /// Throws graph::ImportError if the network is not valid. A batch norm that was kept is folded.
  explicit FloatExecutor(const graph::Network& network);

  /// `image`: input_shape().elements() floats, channels first, already normalised. Returns the outputs'
  /// values, one output after the other.
  /// Throws std::invalid_argument for another length.
  [[nodiscard]] std::vector<float> run(std::span<const float> image) const;

  /// The same, giving every operator's result (channels first) in order to `see` as soon as it is there. The span is valid
  /// during the call.
  using Observer = std::function<void(int operator_index, std::span<const float> values)>;
  [[nodiscard]] std::vector<float> run(std::span<const float> image, const Observer& see) const;

 private:
  graph::Network network_;
};

/// Index of the largest value, the lowest index on a tie. Throws std::invalid_argument for no values.
[[nodiscard]] int argmax(std::span<const float> values);

}  // namespace sd::inference
