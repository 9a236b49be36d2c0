// A network with every kind of layer that has weights, and images for it.
#pragma once

#include <cmath>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "sdengine/graph/network.hpp"
#include "sdengine/inference/float_executor.hpp"

namespace sd::compress::testing {

class Build {
 public:
  Build() { add(graph::OperatorKind::input, "image", {}, {3, 8, 8}); }

  int conv(const std::string& name, int from, int filters, int kernel, int groups = 1,
           bool relu = true) {
    const graph::TensorShape in = shape(from);
    graph::Operator& op =
        add(graph::OperatorKind::convolution, name, {from}, {filters, in.height, in.width});
    op.window.kernel_height = op.window.kernel_width = kernel;
    op.window.pad_top = op.window.pad_left = op.window.pad_bottom = op.window.pad_right =
        kernel / 2;
    op.groups = groups;
    op.relu = relu;
    draw(op, filters, in.channels / groups * kernel * kernel);
    return last();
  }
  int sum(const std::string& name, int a, int b) {
    add(graph::OperatorKind::add, name, {a, b}, shape(a)).relu = true;
    return last();
  }
  int pool(const std::string& name, int from) {
    const graph::TensorShape in = shape(from);
    graph::Operator& op = add(graph::OperatorKind::average_pool, name, {from}, {in.channels, 1, 1});
    op.window.kernel_height = op.window.stride_height = in.height;
    op.window.kernel_width = op.window.stride_width = in.width;
    return last();
  }
  int linear(const std::string& name, int from, int classes) {
    graph::Operator& op = add(graph::OperatorKind::fully_connected, name, {from}, {classes, 1, 1});
    draw(op, classes, static_cast<int>(shape(from).elements()));
    return last();
  }
  graph::Network done() {
    network_.name = "small";
    network_.outputs = {last()};
    network_.preprocessing.mean = {0, 0, 0};
    network_.preprocessing.stddev = {1, 1, 1};
    graph::validate(network_);
    return network_;
  }

 private:
  [[nodiscard]] int last() const { return static_cast<int>(network_.operators.size()) - 1; }
  [[nodiscard]] graph::TensorShape shape(int index) const {
    return network_.operators[static_cast<std::size_t>(index)].output;
  }
  graph::Operator& add(graph::OperatorKind kind, const std::string& name, std::vector<int> inputs,
                       graph::TensorShape output) {
    graph::Operator op;
    op.kind = kind;
    op.name = name;
    op.inputs = std::move(inputs);
    op.output = output;
    return network_.operators.emplace_back(std::move(op));
  }
  void draw(graph::Operator& op, int filters, int fan_in) {
    std::normal_distribution<float> normal(0, std::sqrt(2.0F / static_cast<float>(fan_in)));
    for (int k = 0; k < filters * fan_in; ++k) op.weights.push_back(normal(random_));
    for (int m = 0; m < filters; ++m) op.bias.push_back(0.1F * normal(random_));
  }

  std::mt19937_64 random_{5};
  graph::Network network_;
};

inline graph::Network small_network() {
  Build build;
  const int a = build.conv("stem", 0, 8, 3);
  const int b = build.conv("body/a", a, 8, 3);
  const int c = build.conv("body/b", b, 8, 3, 1, false);
  const int d = build.sum("sum", a, c);
  const int e = build.conv("depthwise", d, 8, 3, 8);
  const int f = build.conv("pointwise", e, 16, 1);
  build.linear("head", build.pool("pool", f), 10);
  return build.done();
}

/// Smooth random images, as neighbours in pictures resemble each other.
inline std::vector<std::vector<float>> images(std::size_t count) {
  std::mt19937_64 random(9);
  std::normal_distribution<float> normal;
  std::vector<std::vector<float>> result(count, std::vector<float>(3 * 64));
  for (auto& image : result)
    for (std::size_t k = 0; k < image.size(); ++k)
      image[k] = (k % 64 == 0 ? 0 : 0.8F * image[k - 1]) + normal(random);
  return result;
}

/// ||outputs - original outputs|| / ||original outputs||
inline double network_error(const graph::Network& network, const graph::Network& original) {
  const inference::FloatExecutor a(network), b(original);
  double error = 0, energy = 0;
  for (const auto& image : images(50)) {
    const auto x = a.run(image), y = b.run(image);
    for (std::size_t k = 0; k < x.size(); ++k) {
      error += (static_cast<double>(x[k]) - y[k]) * (x[k] - y[k]);
      energy += static_cast<double>(y[k]) * y[k];
    }
  }
  return std::sqrt(error / energy);
}

}  // namespace sd::compress::testing
