// The calibration images on their way through the network, operator by operator, twice: through the
// original and through what has become of it so far.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <vector>

#include "sdengine/graph/network.hpp"

namespace sd::compress {

using Tensors = std::vector<std::vector<float>>;  ///< one for each image, channels first

/// Results of one network for all images, kept as long as an operator to come reads them.
class Walk {
 public:
  Walk(const graph::Network& network, std::span<const std::vector<float>> images);

  /// Results of operator `index`, which must still be read by an operator to come.
  [[nodiscard]] const Tensors& results(int index) const { return results_.at(index); }
  [[nodiscard]] std::size_t images() const { return images_; }

  /// Result of operator `index` ahead of its ReLU, for all images, with the weights of `network`.
  [[nodiscard]] Tensors ahead_of_relu(const graph::Network& network, int index) const;
  /// Runs operator `index`, the next one, with the weights of `network`.
  void advance(const graph::Network& network, int index);

 private:
  [[nodiscard]] Tensors run(const graph::Network& network, int index, bool ahead_of_relu) const;

  std::size_t images_;
  std::vector<int> last_reader_;
  std::map<int, Tensors> results_;
};

/// Bytes that the results of a walk take at most, for one image.
[[nodiscard]] std::size_t walk_bytes_per_image(const graph::Network& network);

}  // namespace sd::compress
