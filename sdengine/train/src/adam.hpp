// Adam (Kingma and Ba, 2015) with decoupled weight decay, on plain arrays.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace sd::train {

/// The state of one parameter tensor.
class Adam {
 public:
  explicit Adam(std::size_t size) : mean_(size), square_(size) {}

  /// One step; `gradient` as long as `values`.
  void step(std::span<float> values, std::span<const float> gradient, double learning_rate,
            double weight_decay);

 private:
  std::vector<double> mean_, square_;
  double mean_left_ = 1, square_left_ = 1;  // beta^steps, for the bias correction
};

}  // namespace sd::train
