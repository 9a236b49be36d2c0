#include "adam.hpp"

#include <cmath>

namespace sd::train {

void Adam::step(std::span<float> values, std::span<const float> gradient, double learning_rate,
                double weight_decay) {
  constexpr double beta_mean = 0.9, beta_square = 0.999, epsilon = 1e-8;
  mean_left_ *= beta_mean;
  square_left_ *= beta_square;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double g = gradient[i];
    mean_[i] = beta_mean * mean_[i] + (1 - beta_mean) * g;
    square_[i] = beta_square * square_[i] + (1 - beta_square) * g * g;
    const double update =
        mean_[i] / (1 - mean_left_) / (std::sqrt(square_[i] / (1 - square_left_)) + epsilon);
    values[i] = static_cast<float>(values[i] - learning_rate * (update + weight_decay * values[i]));
  }
}

}  // namespace sd::train
