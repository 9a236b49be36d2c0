// The networks that the workbench can build by itself, with random weights.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "sdengine/graph/network.hpp"

namespace sd::zoo {

/// One sentence: what is wrong and what to do.
class ZooError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What is known of a network before it is built.
struct Entry {
  std::string name;         ///< for build() and command lines
  std::string description;  ///< the network and the paper or code whose shapes it has
  int channels = 0;         ///< of the input
  int input_size = 0;       ///< height and width that the published network takes
  int classes = 0;          ///< of the published network
  /// What graph::Network cannot represent and what stands in its place; empty where nothing is
  /// missing. A network with gaps has the published weight shapes and is for studies of those.
  std::string left_out;
};

/// Every network, by family and size.
[[nodiscard]] const std::vector<Entry>& catalogue();

/// The names of the catalogue, in its order.
[[nodiscard]] std::vector<std::string> names();

struct Options {
  int classes = 0;     ///< outputs of the classifier; 0: as published
  int input_size = 0;  ///< height and width of the input; 0: as published
  /// Without, operators have empty `weights` and `bias`: shapes for network_size.hpp at no cost.
  /// graph::validate() refuses such a network.
  bool weights = true;
};

/// Builds a network with random weights: drawn as He et al. (2015) say, variance 2 / fan-in, biases
/// zero; the same on every machine. Batch norm is folded, as after import; since nothing then
/// bounds the residual stream, the last convolution of each of a network's L residual branches is
/// smaller by sqrt(L) (De and Smith, 2020). Throws ZooError for an unknown name, options out of
/// range, and inputs too small or too large for the network.
[[nodiscard]] graph::Network build(std::string_view name, std::uint64_t seed,
                                   const Options& options = {});

/// The network of the built-in default run, for data::generated_shapes ("shapes" above): input 1 x
/// 32 x 32, 10 classes, about 60,000 weights and 8.6 million multiply-accumulates an image. It
/// holds one of each thing that the accelerator must know:
///   conv1 3x3 -> max pool -> conv2 3x3 -> conv3 3x3 -> conv4 3x3 (+ conv2, residual) -> conv5 3x3
///   stride 2
///   -> conv6 1x1 -> conv7 3x3 -> global average pool -> fc.
/// Weights are drawn as He et al. (2015) say, variance 2 / fan-in; biases are zero. A seed gives
/// the same weights on every machine. Preprocessing (mean 0.5, deviation 0.25 of the grey value) is
/// part of the network.
[[nodiscard]] graph::Network shapes_network(std::uint64_t seed);

}  // namespace sd::zoo
