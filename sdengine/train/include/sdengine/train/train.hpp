// Training a Network's weights from labelled images (float; the default network comes from here).
#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>

#include "sdengine/data/dataset.hpp"
#include "sdengine/graph/network.hpp"

namespace sd::train {

/// One sentence: what cannot be trained, where, and why.
class TrainError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Settings {
  int epochs = 10;
  int batch = 64;
  double learning_rate = 3e-3;  ///< of Adam; falls to zero along a half cosine
  double weight_decay =
      1e-4;  ///< decoupled (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019)
  std::uint64_t seed = 1;  ///< the order of the images
};

struct EpochReport {
  int epoch = 0;        ///< 1 for the first
  double loss = 0;      ///< mean cross entropy over the epoch
  double accuracy = 0;  ///< fraction of the epoch's images that were right when their batch came
};

/// Trains the weights of `network`, from the ones that it has, on `images`. Every convolution has a
/// batch norm while it trains, folded into the result. Pixels are normalised by
/// `network.preprocessing`; the output operator (or the input of a softmax there) gives one logit
/// per class. Runs on one thread: on one machine the same network and seed give the same weights,
/// bit for bit, however many cores there are. Throws TrainError if images and network do not fit or
/// the loss is not finite.
[[nodiscard]] graph::Network train(const graph::Network& network, const data::Dataset& images,
                                   const Settings& settings,
                                   const std::function<void(const EpochReport&)>& report);

}  // namespace sd::train
