#include "builder.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "sdengine/zoo/zoo.hpp"

namespace sd::zoo {

using graph::Operator;
using graph::OperatorKind;
using graph::TensorShape;
using graph::Window;

namespace {

constexpr std::int64_t max_weights = std::int64_t{1} << 29;   // of one operator: 2 GiB
constexpr std::int64_t max_elements = std::int64_t{1} << 27;  // of one tensor, as graph::validate

Window square_window(int kernel, int stride, int dilation, int pad) {
  Window window;
  window.kernel_height = window.kernel_width = kernel;
  window.stride_height = window.stride_width = stride;
  window.dilation_height = window.dilation_width = dilation;
  window.pad_top = window.pad_left = window.pad_bottom = window.pad_right = pad;
  return window;
}

/// How often the window fits along one side; not above 0 where it does not.
int positions(int size, const Window& window) {
  const int room =
      size + 2 * window.pad_top - window.dilation_height * (window.kernel_height - 1) - 1;
  return room < 0 ? 0 : room / window.stride_height + 1;
}

}  // namespace

Builder::Builder(std::string name, TensorShape input, std::uint64_t seed, bool weights)
    : state_(seed), weights_(weights) {
  network_.name = std::move(name);
  Operator op;
  op.kind = OperatorKind::input;
  op.name = "input";
  op.output = input;
  append(std::move(op));
}

int Builder::convolution(const std::string& name, int from, const Convolution& settings) {
  const TensorShape in = shape(from);
  Operator op;
  op.kind = OperatorKind::convolution;
  op.name = name;
  op.inputs = {from};
  op.relu = settings.relu;
  if (settings.clip6) op.clip_upper = 6.0F;
  op.window = square_window(settings.kernel, settings.stride, settings.dilation,
                            settings.pad.value_or(settings.dilation * (settings.kernel / 2)));
  op.groups = settings.groups;
  op.output = {settings.filters, positions(in.height, op.window), positions(in.width, op.window)};
  fill(op, std::int64_t{in.channels / settings.groups} * settings.kernel * settings.kernel,
       settings.gain);
  return append(std::move(op));
}

int Builder::batch_norm_relu(const std::string& name, int from) {
  const int channels = shape(from).channels;
  const int index = convolution(name, from, {.filters = channels, .groups = channels, .gain = 0});
  for (float& factor : network_.operators.back().weights) factor = 1.0F;
  return index;
}

int Builder::pool(OperatorKind kind, const std::string& name, int from, const Pool& settings) {
  const TensorShape in = shape(from);
  Operator op;
  op.kind = kind;
  op.name = name;
  op.inputs = {from};
  op.window = square_window(settings.size, settings.stride, 1, settings.pad);
  op.output = {in.channels, positions(in.height, op.window), positions(in.width, op.window)};
  return append(std::move(op));
}

int Builder::max_pool(const std::string& name, int from, const Pool& settings) {
  return pool(OperatorKind::max_pool, name, from, settings);
}

int Builder::average_pool(const std::string& name, int from, const Pool& settings) {
  return pool(OperatorKind::average_pool, name, from, settings);
}

int Builder::global_average_pool(const std::string& name, int from) {
  return average_pool(name, from, {.size = shape(from).height, .stride = 1});
}

int Builder::add(const std::string& name, int a, int b, bool relu) {
  Operator op;
  op.kind = OperatorKind::add;
  op.name = name;
  op.inputs = {a, b};
  op.relu = relu;
  op.output = shape(a);
  return append(std::move(op));
}

int Builder::concat(const std::string& name, const std::vector<int>& from) {
  Operator op;
  op.kind = OperatorKind::concat;
  op.name = name;
  op.inputs = from;
  op.output = shape(from.at(0));
  op.output.channels = 0;
  for (const int input : from) op.output.channels += shape(input).channels;
  return append(std::move(op));
}

int Builder::subsample_pad(const std::string& name, int from, const graph::SubsamplePad& settings) {
  const TensorShape in = shape(from);
  Operator op;
  op.kind = OperatorKind::subsample_pad;
  op.name = name;
  op.inputs = {from};
  op.subsample = settings;
  op.output = {settings.channels_before + in.channels + settings.channels_after,
               (in.height - 1) / settings.stride_height + 1,
               (in.width - 1) / settings.stride_width + 1};
  return append(std::move(op));
}

int Builder::fully_connected(const std::string& name, int from, int outputs, bool relu) {
  Operator op;
  op.kind = OperatorKind::fully_connected;
  op.name = name;
  op.inputs = {from};
  op.relu = relu;
  op.output = {outputs, 1, 1};
  fill(op, static_cast<std::int64_t>(shape(from).elements()), 1);
  return append(std::move(op));
}

graph::Network Builder::finish(graph::Preprocessing preprocessing, std::vector<int> outputs) {
  if (outputs.empty()) outputs = {static_cast<int>(network_.operators.size()) - 1};
  network_.outputs = std::move(outputs);
  network_.preprocessing = std::move(preprocessing);
  return std::move(network_);
}

int Builder::append(Operator op) {
  if (op.output.height < 1 || op.output.width < 1) {
    throw ZooError(fmt::format(
        "network '{}' cannot be built for an input of {} x {} pixels: nothing is left "
        "at '{}'; choose a larger input size",
        network_.name, network_.input_shape().height, network_.input_shape().width, op.name));
  }
  if (static_cast<std::int64_t>(op.output.elements()) > max_elements) {
    throw ZooError(fmt::format(
        "network '{}' would have {} values at '{}'; the limit is {}; choose a smaller input size",
        network_.name, op.output.elements(), op.name, max_elements));
  }
  network_.operators.push_back(std::move(op));
  return static_cast<int>(network_.operators.size()) - 1;
}

const TensorShape& Builder::shape(int index) const {
  return network_.operators.at(static_cast<std::size_t>(index)).output;
}

void Builder::fill(Operator& op, std::int64_t fan_in, double gain) {
  const std::int64_t count = fan_in * op.output.channels;
  if (count > max_weights) {
    throw ZooError(fmt::format(
        "network '{}' would have {} weights at '{}'; the limit is {}; choose a smaller input size "
        "or fewer classes",
        network_.name, count, op.name, max_weights));
  }
  if (!weights_) return;
  const double deviation = gain * std::sqrt(2.0 / static_cast<double>(fan_in));
  op.weights.resize(static_cast<std::size_t>(count));
  for (float& weight : op.weights) weight = static_cast<float>(deviation * normal());
  op.bias.assign(static_cast<std::size_t>(op.output.channels), 0.0F);
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
