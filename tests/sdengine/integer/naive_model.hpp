// The numeric contract (docs/numerics.md) once more, as plainly as possible: one output value at a
// time, from the packed fields, with nothing taken from the room under test. What the executor must
// equal.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "sdengine/pack/packed_model.hpp"

namespace sd::integer::testing {

__extension__ typedef __int128 Wide;
using Values = std::vector<std::int8_t>;

inline Wide floor_shift(Wide value, int shift) {
  const Wide divisor = Wide{1} << shift;
  Wide quotient = value / divisor;
  if (value % divisor < 0) --quotient;
  return quotient;
}

inline Wide round_shift(Wide value, int shift) {
  return shift == 0 ? value : floor_shift(value + (Wide{1} << (shift - 1)), shift);
}

inline std::int8_t saturate(Wide value, bool relu) {
  if (relu && value < 0) value = 0;
  return static_cast<std::int8_t>(std::min<Wide>(std::max<Wide>(value, -128), 127));
}

/// Weight (m, c, r, s) by the shift-and-add of the contract.
inline int weight(const pack::PackedLayer& layer, int m, int c, int r, int s) {
  const bool wide = layer.shape.kernel_width > 1;
  const int n = layer.layout.columns;
  const int row = (wide ? c : c / n) * layer.shape.kernel_height + r;
  const int column = wide ? s : c % n;
  const int flat = m * layer.layout.rows + row;
  if (layer.dense) return layer.dense_weights[static_cast<std::size_t>(flat * n + column)];
  const int slice = layer.layout.basis_index(m, row / layer.layout.slice_rows);
  Wide sum = 0;
  for (int j = 0; j < layer.rank; ++j) {
    const int code = layer.coefficients[static_cast<std::size_t>(flat * layer.rank + j)];
    if (code == 0) continue;
    const Wide term =
        Wide{layer.basis[static_cast<std::size_t>((slice * layer.rank + j) * n + column)]} *
        (Wide{1} << (layer.levels - std::abs(code)));
    sum += code < 0 ? -term : term;
  }
  return saturate(round_shift(sum, layer.rebuild_shift[static_cast<std::size_t>(m)]), false);
}

struct Plane {
  const Values* values;
  graph::TensorShape shape;
  [[nodiscard]] bool inside(int y, int x) const {
    return y >= 0 && y < shape.height && x >= 0 && x < shape.width;
  }
  [[nodiscard]] int at(int c, int y, int x) const {
    return (*values)[static_cast<std::size_t>((c * shape.height + y) * shape.width + x)];
  }
};

/// One value of one operator's output.
inline std::int8_t value_of(const pack::PackedModel& model, int index,
                            const std::vector<Values>& results, int c, int y, int x) {
  const graph::Operator& op = model.network.operators[static_cast<std::size_t>(index)];
  const auto plane = [&](std::size_t k) {
    const auto i = static_cast<std::size_t>(op.inputs[k]);
    return Plane{&results[i], model.network.operators[i].output};
  };
  const pack::ElementwiseStage& stage = model.elementwise[static_cast<std::size_t>(index)];
  const Plane in = plane(0);
  const graph::Window& w = op.window;
  const auto tap_y = [&](int r) { return y * w.stride_height - w.pad_top + r * w.dilation_height; };
  const auto tap_x = [&](int s) { return x * w.stride_width - w.pad_left + s * w.dilation_width; };
  switch (op.kind) {
    case graph::OperatorKind::convolution: {
      const pack::PackedLayer& layer = *model.layers[static_cast<std::size_t>(index)];
      const int group_channels = in.shape.channels / op.groups;
      const int first = c / (op.output.channels / op.groups) * group_channels;
      Wide sum = 0;
      for (int k = 0; k < group_channels; ++k)
        for (int r = 0; r < w.kernel_height; ++r)
          for (int s = 0; s < w.kernel_width; ++s)
            if (in.inside(tap_y(r), tap_x(s)))
              sum += Wide{weight(layer, c, k, r, s)} * in.at(first + k, tap_y(r), tap_x(s));
      const pack::OutputStage& out = layer.stages[static_cast<std::size_t>(c)];
      return saturate(round_shift((sum + out.bias) * out.multiplier, out.shift), op.relu);
    }
    case graph::OperatorKind::fully_connected: {
      const pack::PackedLayer& layer = *model.layers[static_cast<std::size_t>(index)];
      const int filter = (c * op.output.height + y) * op.output.width + x;
      Wide sum = 0;
      for (std::size_t k = 0; k < in.values->size(); ++k)
        sum += Wide{weight(layer, filter, static_cast<int>(k), 0, 0)} * (*in.values)[k];
      const pack::OutputStage& out = layer.stages[static_cast<std::size_t>(filter)];
      return saturate(round_shift((sum + out.bias) * out.multiplier, out.shift), op.relu);
    }
    case graph::OperatorKind::add: {
      const Wide sum = Wide{in.at(c, y, x)} * stage.multipliers[0] +
                       Wide{plane(1).at(c, y, x)} * stage.multipliers[1];
      return saturate(round_shift(sum, stage.shift), op.relu);
    }
    case graph::OperatorKind::max_pool:
    case graph::OperatorKind::average_pool: {
      int largest = -128;
      Wide sum = 0;
      for (int r = 0; r < w.kernel_height; ++r)
        for (int s = 0; s < w.kernel_width; ++s)
          if (in.inside(tap_y(r), tap_x(s))) {
            largest = std::max(largest, in.at(c, tap_y(r), tap_x(s)));
            sum += in.at(c, tap_y(r), tap_x(s));
          }
      if (op.kind == graph::OperatorKind::max_pool) return static_cast<std::int8_t>(largest);
      return saturate(round_shift(sum * stage.multipliers[0], stage.shift), op.relu);
    }
    case graph::OperatorKind::subsample_pad: {
      const int from = c - op.subsample.channels_before;
      if (from < 0 || from >= in.shape.channels) return 0;
      return static_cast<std::int8_t>(
          in.at(from, y * op.subsample.stride_height, x * op.subsample.stride_width));
    }
    case graph::OperatorKind::concat: {
      std::size_t k = 0;
      int channel = c;
      while (channel >= plane(k).shape.channels) channel -= plane(k++).shape.channels;
      return saturate(
          round_shift(Wide{plane(k).at(channel, y, x)} * stage.multipliers[k], stage.shift), false);
    }
    case graph::OperatorKind::activation: {
      const Wide value = in.at(c, y, x);
      return saturate(stage.multipliers.empty()
                          ? value
                          : round_shift(value * stage.multipliers[0], stage.shift),
                      true);
    }
    default:
      return static_cast<std::int8_t>(in.at(c, y, x));
  }
}

/// Every operator's output.
inline std::vector<Values> run(const pack::PackedModel& model, const Values& image) {
  std::vector<Values> results{image};
  for (std::size_t i = 1; i < model.network.operators.size(); ++i) {
    const graph::TensorShape& shape = model.network.operators[i].output;
    Values output;
    for (int c = 0; c < shape.channels; ++c)
      for (int y = 0; y < shape.height; ++y)
        for (int x = 0; x < shape.width; ++x)
          output.push_back(value_of(model, static_cast<int>(i), results, c, y, x));
    results.push_back(std::move(output));
  }
  return results;
}

}  // namespace sd::integer::testing
