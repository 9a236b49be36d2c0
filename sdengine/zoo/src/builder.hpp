// Adds operators to a Network one after the other, inferring each one's output shape.
#pragma once

#include <cstdint>
#include <string>

#include "sdengine/graph/network.hpp"

namespace sd::zoo {

class Builder {
 public:
  Builder(std::string name, graph::TensorShape input, std::uint64_t seed);

  struct Convolution {
    int filters = 1, kernel = 1, stride = 1;
    bool relu = true;
  };
  /// "Same" padding: kernel / 2 on all sides. Each function returns the new operator's index.
  int convolution(const std::string& name, int from, const Convolution& settings);
  int max_pool(const std::string& name, int from, int size);
  int add_relu(const std::string& name, int a, int b);
  int global_average_pool(const std::string& name, int from);
  int fully_connected(const std::string& name, int from, int outputs);

  /// The last operator becomes the output.
  [[nodiscard]] graph::Network finish(graph::Preprocessing preprocessing);

 private:
  int append(graph::Operator op);
  [[nodiscard]] const graph::TensorShape& shape(int index) const;
  void fill(graph::Operator& op, int fan_in, int filters);
  [[nodiscard]] double normal();

  graph::Network network_;
  std::uint64_t state_;
};

}  // namespace sd::zoo
