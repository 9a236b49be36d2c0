// Packed models made by hand, and what their layers compute, straight from docs/numerics.md.
#pragma once

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "rtl/design/design_point.hpp"
#include "rtl/schedule/program.hpp"

namespace sd::schedule::test {

using Random = std::mt19937_64;

inline int pick(Random& random, int least, int most) {
  return std::uniform_int_distribution(least, most)(random);
}
inline bool chance(Random& random, double probability) {
  return std::bernoulli_distribution(probability)(random);
}

struct LayerShape {
  int channels = 8, height = 8, width = 8, filters = 8;
  int kernel_height = 3, kernel_width = 3, stride = 1, pad_top = 1, pad_left = 1, pad_bottom = 1,
      pad_right = 1;
  bool fully_connected = false, dense = false, relu = false;
  double zero_rows = 0.3;         ///< rows that are zero in every filter of a group
  double zero_filter_rows = 0.2;  ///< rows that are zero in one filter
};

inline graph::Operator input_operator(int channels, int height, int width) {
  graph::Operator op;
  op.kind = graph::OperatorKind::input;
  op.name = "image";
  op.output = {channels, height, width};
  return op;
}

inline graph::Operator layer_operator(const LayerShape& shape, int input, const std::string& name) {
  graph::Operator op;
  op.name = name;
  op.inputs = {input};
  op.relu = shape.relu;
  if (shape.fully_connected) {
    op.kind = graph::OperatorKind::fully_connected;
    op.output = {shape.filters, 1, 1};
    return op;
  }
  op.kind = graph::OperatorKind::convolution;
  op.window.kernel_height = shape.kernel_height;
  op.window.kernel_width = shape.kernel_width;
  op.window.stride_height = op.window.stride_width = shape.stride;
  op.window.pad_top = shape.pad_top;
  op.window.pad_left = shape.pad_left;
  op.window.pad_bottom = shape.pad_bottom;
  op.window.pad_right = shape.pad_right;
  op.output = {
      shape.filters,
      (shape.height + shape.pad_top + shape.pad_bottom - shape.kernel_height) / shape.stride + 1,
      (shape.width + shape.pad_left + shape.pad_right - shape.kernel_width) / shape.stride + 1};
  return op;
}

inline pack::PackedLayer random_layer(Random& random, const LayerShape& shape,
                                      const design::DesignPoint& design) {
  pack::PackedLayer layer;
  const int inputs =
      shape.fully_connected ? shape.channels * shape.height * shape.width : shape.channels;
  layer.shape = {shape.filters, inputs, shape.fully_connected ? 1 : shape.kernel_height,
                 shape.fully_connected ? 1 : shape.kernel_width, false};
  layer.layout = decompose::layout_of(layer.shape, design.columns, design.slice_rows);
  layer.dense = shape.dense;
  const auto& layout = layer.layout;
  const auto filters = static_cast<std::size_t>(layout.filters),
             rows = static_cast<std::size_t>(layout.rows);
  const auto columns = static_cast<std::size_t>(layout.columns);
  layer.weight_scale.assign(filters, 1.0F);
  layer.rebuild_shift.assign(filters, 0);
  if (!shape.dense) {
    layer.rank = design.rank;
    layer.levels = design.levels;
    layer.coefficients.resize(filters * rows * static_cast<std::size_t>(layer.rank));
    layer.basis.resize(filters * static_cast<std::size_t>(layout.slices() * layer.rank) * columns);
    for (auto& b : layer.basis) b = static_cast<std::int8_t>(pick(random, -128, 127));
    // Large enough that most weights do not saturate.
    for (auto& q : layer.rebuild_shift)
      q = static_cast<std::uint8_t>(std::min(15, layer.levels - 1 + pick(random, 0, 2)));
  } else {
    layer.dense_weights.resize(filters * rows * columns);
  }
  const int per_row = shape.dense ? layout.columns : layer.rank;
  const auto fill_row = [&](std::size_t filter, std::size_t row) {
    for (int i = 0; i < per_row; ++i) {
      const std::size_t at =
          (filter * rows + row) * static_cast<std::size_t>(per_row) + static_cast<std::size_t>(i);
      if (shape.dense)
        layer.dense_weights[at] = static_cast<std::int8_t>(pick(random, -128, 127));
      else
        layer.coefficients[at] =
            static_cast<std::int8_t>(pick(random, -layer.levels, layer.levels));
    }
  };
  for (std::size_t group = 0; group < filters; group += static_cast<std::size_t>(design.slices))
    for (std::size_t row = 0; row < rows; ++row) {
      if (chance(random, shape.zero_rows)) continue;
      for (std::size_t m = group;
           m < std::min(filters, group + static_cast<std::size_t>(design.slices)); ++m)
        if (!chance(random, shape.zero_filter_rows)) fill_row(m, row);
    }
  // Padding columns past the last channel are zero weights in a dense layer; in a decomposed one
  // they may be anything.
  if (shape.dense && (shape.fully_connected || shape.kernel_width == 1))
    for (std::size_t m = 0; m < filters; ++m)
      for (int c = inputs; c < layout.rows * layout.columns; ++c)
        layer.dense_weights[m * rows * columns + static_cast<std::size_t>(c)] = 0;
  layer.stages.resize(filters);
  const double spread =
      std::sqrt(static_cast<double>(rows * columns)) * 70 * 40;  // of an accumulator, roughly
  for (auto& stage : layer.stages) {
    stage = pack::stage_for(50.0 / spread * std::uniform_real_distribution(0.3, 3.0)(random));
    stage.bias = pick(random, -static_cast<int>(spread), static_cast<int>(spread));
  }
  return layer;
}

/// A network of its input and layers one after the other; each layer's input shape must be the
/// output of the one before.
inline pack::PackedModel random_model(Random& random, const std::vector<LayerShape>& shapes,
                                      const design::DesignPoint& design) {
  pack::PackedModel model;
  auto& operators = model.network.operators;
  operators.push_back(
      input_operator(shapes.front().channels, shapes.front().height, shapes.front().width));
  model.layers.emplace_back();
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    operators.push_back(
        layer_operator(shapes[i], static_cast<int>(i), "layer " + std::to_string(i + 1)));
    model.layers.emplace_back(random_layer(random, shapes[i], design));
  }
  model.network.outputs = {static_cast<int>(shapes.size())};
  model.activation_scale.assign(operators.size(), 1.0F);
  model.elementwise.resize(operators.size());
  return model;
}

/// Random values with some rows of zeros.
inline std::vector<std::int8_t> random_tensor(Random& random, const graph::TensorShape& shape,
                                              double zero_rows = 0.2) {
  std::vector<std::int8_t> values;
  for (int row = 0; row < shape.channels * shape.height; ++row) {
    const bool zero = chance(random, zero_rows);
    for (int x = 0; x < shape.width; ++x)
      values.push_back(zero || chance(random, 0.1)
                           ? std::int8_t{0}
                           : static_cast<std::int8_t>(pick(random, -128, 127)));
  }
  return values;
}

/// Integer weights [filters][channels][R][S].
inline std::vector<int> integer_weights(const pack::PackedLayer& layer) {
  const auto& s = layer.shape;
  std::vector<int> weights(static_cast<std::size_t>(s.filters) *
                           static_cast<std::size_t>(s.channels * s.kernel_height * s.kernel_width));
  std::vector<std::int8_t> row(static_cast<std::size_t>(layer.layout.columns));
  for (int m = 0; m < s.filters; ++m)
    for (int number = 0; number < layer.layout.rows; ++number) {
      layer.rebuild_row(m, number, row);
      for (int column = 0; column < layer.layout.columns; ++column) {
        const int r = number % s.kernel_height, group = number / s.kernel_height;
        const int c = s.kernel_width > 1 ? group : group * layer.layout.columns + column;
        const int x = s.kernel_width > 1 ? column : 0;
        if (c >= s.channels) continue;
        weights[static_cast<std::size_t>(
            ((m * s.channels + c) * s.kernel_height + r) * s.kernel_width + x)] =
            row[static_cast<std::size_t>(column)];
      }
    }
  return weights;
}

/// Convolution (or fully connected layer, on the flattened input) with the output stage.
inline std::vector<std::int8_t> expected_output(const pack::PackedModel& model, int index,
                                                const std::vector<std::int8_t>& input) {
  const graph::Operator& op = model.network.operators[static_cast<std::size_t>(index)];
  const pack::PackedLayer& layer = *model.layers[static_cast<std::size_t>(index)];
  graph::TensorShape in = model.network.operators[static_cast<std::size_t>(op.inputs[0])].output;
  if (op.kind == graph::OperatorKind::fully_connected) in = {static_cast<int>(in.elements()), 1, 1};
  const auto weights = integer_weights(layer);
  const auto& s = layer.shape;
  std::vector<std::int8_t> output;
  for (int m = 0; m < s.filters; ++m)
    for (int oy = 0; oy < op.output.height; ++oy)
      for (int ox = 0; ox < op.output.width; ++ox) {
        std::int32_t sum = 0;
        for (int c = 0; c < s.channels; ++c)
          for (int r = 0; r < s.kernel_height; ++r)
            for (int x = 0; x < s.kernel_width; ++x) {
              const int iy = oy * op.window.stride_height - op.window.pad_top + r,
                        ix = ox * op.window.stride_width - op.window.pad_left + x;
              if (iy < 0 || iy >= in.height || ix < 0 || ix >= in.width) continue;
              sum += input[static_cast<std::size_t>((c * in.height + iy) * in.width + ix)] *
                     weights[static_cast<std::size_t>(
                         ((m * s.channels + c) * s.kernel_height + r) * s.kernel_width + x)];
            }
        output.push_back(pack::apply(layer.stages[static_cast<std::size_t>(m)], sum, op.relu));
      }
  return output;
}

inline LayerShape random_shape(Random& random, const design::DesignPoint& design) {
  LayerShape s;
  s.channels = pick(random, 1, 9);
  s.height = pick(random, 1, 12);
  s.width = pick(random, 1, 20);
  s.filters = pick(random, 1, 11);
  s.dense = chance(random, 0.3);
  s.relu = chance(random, 0.5);
  s.zero_rows = std::array{0.0, 0.3, 0.8, 1.0}[static_cast<std::size_t>(pick(random, 0, 3))];
  s.stride = pick(random, 1, design.max_stride);
  const int kind = pick(random, 0, 4);
  s.fully_connected = kind == 0;
  s.pad_top = s.pad_left = s.pad_bottom = s.pad_right = 0;
  if (kind == 1) {
    s.kernel_height = s.kernel_width = 1;
  } else if (kind > 1) {
    s.kernel_height = pick(random, 1, 5);
    s.kernel_width = pick(random, 2, design.columns);
    s.pad_top = pick(random, 0, s.kernel_height);  // even a row that lies wholly in the padding
    s.pad_bottom = pick(random, 0, s.kernel_height);
    s.pad_left = pick(random, 0, s.kernel_width);
    s.pad_right = pick(random, 0, s.kernel_width);
    s.height = std::max(s.height, s.kernel_height - s.pad_top - s.pad_bottom);
    s.width = std::max(s.width, s.kernel_width - s.pad_left - s.pad_right);
  }
  return s;
}

}  // namespace sd::schedule::test
