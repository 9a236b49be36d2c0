#include "builder.hpp"

#include <cmath>
#include <utility>

namespace sd::zoo {

using graph::Operator;
using graph::OperatorKind;
using graph::TensorShape;
using graph::Window;

Builder::Builder(std::string name, TensorShape input, std::uint64_t seed) : state_(seed) {
  network_.name = std::move(name);
  Operator op;
  op.kind = OperatorKind::input;
  op.name = "input";
  op.output = input;
  append(std::move(op));
}

int Builder::convolution(const std::string& name, int from, const Convolution& settings) {
  const TensorShape in = shape(from);
  const int pad = settings.kernel / 2;
  Operator op;
  op.kind = OperatorKind::convolution;
  op.name = name;
  op.inputs = {from};
  op.relu = settings.relu;
  op.window.kernel_height = op.window.kernel_width = settings.kernel;
  op.window.stride_height = op.window.stride_width = settings.stride;
  op.window.pad_top = op.window.pad_left = op.window.pad_bottom = op.window.pad_right = pad;
  op.output = {settings.filters, (in.height + 2 * pad - settings.kernel) / settings.stride + 1,
               (in.width + 2 * pad - settings.kernel) / settings.stride + 1};
  fill(op, in.channels * settings.kernel * settings.kernel, settings.filters);
  return append(std::move(op));
}

int Builder::max_pool(const std::string& name, int from, int size) {
  const TensorShape in = shape(from);
  Operator op;
  op.kind = OperatorKind::max_pool;
  op.name = name;
  op.inputs = {from};
  op.window.kernel_height = op.window.kernel_width = size;
  op.window.stride_height = op.window.stride_width = size;
  op.output = {in.channels, in.height / size, in.width / size};
  return append(std::move(op));
}

int Builder::add_relu(const std::string& name, int a, int b) {
  Operator op;
  op.kind = OperatorKind::add;
  op.name = name;
  op.inputs = {a, b};
  op.relu = true;
  op.output = shape(a);
  return append(std::move(op));
}

int Builder::global_average_pool(const std::string& name, int from) {
  const TensorShape in = shape(from);
  Operator op;
  op.kind = OperatorKind::average_pool;
  op.name = name;
  op.inputs = {from};
  op.window.kernel_height = in.height;
  op.window.kernel_width = in.width;
  op.output = {in.channels, 1, 1};
  return append(std::move(op));
}

int Builder::fully_connected(const std::string& name, int from, int outputs) {
  Operator op;
  op.kind = OperatorKind::fully_connected;
  op.name = name;
  op.inputs = {from};
  op.output = {outputs, 1, 1};
  fill(op, static_cast<int>(shape(from).elements()), outputs);
  return append(std::move(op));
}

graph::Network Builder::finish(graph::Preprocessing preprocessing) {
  network_.output = static_cast<int>(network_.operators.size()) - 1;
  network_.preprocessing = std::move(preprocessing);
  return std::move(network_);
}

int Builder::append(Operator op) {
  network_.operators.push_back(std::move(op));
  return static_cast<int>(network_.operators.size()) - 1;
}

const TensorShape& Builder::shape(int index) const {
  return network_.operators.at(static_cast<std::size_t>(index)).output;
}

void Builder::fill(Operator& op, int fan_in, int filters) {
  const double deviation = std::sqrt(2.0 / fan_in);
  op.weights.resize(static_cast<std::size_t>(fan_in) * static_cast<std::size_t>(filters));
  for (float& weight : op.weights) weight = static_cast<float>(deviation * normal());
  op.bias.assign(static_cast<std::size_t>(filters), 0.0F);
}

// The sum of twelve uniform draws less six has variance 1, and needs no libm function that may
// differ between machines.
double Builder::normal() {
  double sum = -6.0;
  for (int i = 0; i < 12; ++i) {
    state_ += 0x9e3779b97f4a7c15ULL;  // SplitMix64 (Steele, Lea, Flood, 2014)
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    z ^= z >> 31;
    sum += static_cast<double>(z >> 11) * 0x1p-53;
  }
  return sum;
}

}  // namespace sd::zoo
