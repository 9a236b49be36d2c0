// The network's meaning written down as directly as possible, in double: what FloatExecutor is
// checked against.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "sdengine/graph/network.hpp"

namespace sd::inference {

using Values = std::vector<double>;

class NaiveExecutor {
 public:
  explicit NaiveExecutor(const graph::Network& network) : network_(network) {}

  /// The results of all operators.
  std::vector<Values> run(const std::vector<float>& image) {
    results_.assign(1, Values(image.begin(), image.end()));
    for (std::size_t i = 1; i < network_.operators.size(); ++i) {
      const graph::Operator& op = network_.operators[i];
      Values out;
      for (int c = 0; c < op.output.channels; ++c) {
        for (int y = 0; y < op.output.height; ++y) {
          for (int x = 0; x < op.output.width; ++x) {
            double v = element(op, c, y, x);
            if (op.relu && v < 0) v = 0;
            if (op.clip_upper && v > *op.clip_upper) v = *op.clip_upper;
            out.push_back(v);
          }
        }
      }
      results_.push_back(std::move(out));
    }
    return results_;
  }

 private:
  const graph::TensorShape& shape(int index) const {
    return network_.operators[static_cast<std::size_t>(index)].output;
  }

  double at(int index, int c, int y, int x) const {
    const graph::TensorShape& s = shape(index);
    return results_[static_cast<std::size_t>(index)]
                   [static_cast<std::size_t>((c * s.height + y) * s.width + x)];
  }

  /// Calls see(c offset..., value) for the taps of a window that lie inside the input.
  template <typename See>
  void taps(const graph::Operator& op, int y, int x, See see) const {
    const graph::Window& w = op.window;
    const graph::TensorShape& in = shape(op.inputs[0]);
    for (int r = 0; r < w.kernel_height; ++r) {
      for (int s = 0; s < w.kernel_width; ++s) {
        const int iy = y * w.stride_height - w.pad_top + r * w.dilation_height;
        const int ix = x * w.stride_width - w.pad_left + s * w.dilation_width;
        if (iy >= 0 && iy < in.height && ix >= 0 && ix < in.width) see(r, s, iy, ix);
      }
    }
  }

  double element(const graph::Operator& op, int c, int y, int x) const {
    using graph::OperatorKind;
    const int from = op.inputs[0];
    switch (op.kind) {
      case OperatorKind::convolution: {
        const int channels = shape(from).channels / op.groups,
                  filters = op.output.channels / op.groups;
        double sum = op.bias[static_cast<std::size_t>(c)];
        taps(op, y, x, [&](int r, int s, int iy, int ix) {
          for (int k = 0; k < channels; ++k) {
            const int weight =
                ((c * channels + k) * op.window.kernel_height + r) * op.window.kernel_width + s;
            sum += static_cast<double>(op.weights[static_cast<std::size_t>(weight)]) *
                   at(from, c / filters * channels + k, iy, ix);
          }
        });
        return sum;
      }
      case OperatorKind::fully_connected: {
        const Values& in = results_[static_cast<std::size_t>(from)];
        double sum = op.bias[static_cast<std::size_t>(c)];
        for (std::size_t k = 0; k < in.size(); ++k)
          sum += in[k] * op.weights[static_cast<std::size_t>(c) * in.size() + k];
        return sum;
      }
      case OperatorKind::add:
        return at(from, c, y, x) + at(op.inputs[1], c, y, x);
      case OperatorKind::max_pool: {
        double largest = -std::numeric_limits<double>::infinity();
        taps(op, y, x,
             [&](int, int, int iy, int ix) { largest = std::max(largest, at(from, c, iy, ix)); });
        return largest;
      }
      case OperatorKind::average_pool: {
        double sum = 0;
        int count = 0;
        taps(op, y, x, [&](int, int, int iy, int ix) {
          sum += at(from, c, iy, ix);
          ++count;
        });
        return sum / (op.window.count_include_pad ? op.window.kernel_height * op.window.kernel_width
                                                  : count);
      }
      case OperatorKind::subsample_pad: {
        const int source = c - op.subsample.channels_before;
        if (source < 0 || source >= shape(from).channels) return 0;
        return at(from, source, y * op.subsample.stride_height, x * op.subsample.stride_width);
      }
      case OperatorKind::concat: {
        int rest = c;
        for (const int input : op.inputs) {
          if (rest < shape(input).channels) return at(input, rest, y, x);
          rest -= shape(input).channels;
        }
        return 0;
      }
      case OperatorKind::softmax: {
        double sum = 0;
        for (const double v : results_[static_cast<std::size_t>(from)]) sum += std::exp(v);
        return std::exp(at(from, c, y, x)) / sum;
      }
      default:
        return at(from, c, y, x);
    }
  }

  const graph::Network& network_;
  std::vector<Values> results_;
};

}  // namespace sd::inference
