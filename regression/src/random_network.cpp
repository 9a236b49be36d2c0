#include "regression/random_network.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace sd::regression {

namespace {

using graph::OperatorKind;

class Maker {
 public:
  Maker(std::mt19937_64& random, const design::DesignPoint& design, const NetworkLimits& limits)
      : random_(random), design_(design), limits_(limits) {}

  std::shared_ptr<const pack::PackedModel> make() {
    graph::Operator input;
    input.kind = OperatorKind::input;
    input.name = "image";
    input.output = {pick(1, limits_.channels), pick(1, limits_.height), pick(1, limits_.width)};
    add(input, std::nullopt, {});
    while (count() <= limits_.operators) grow();
    // Whatever nobody reads is an output.
    std::vector<bool> read(operators().size());
    for (const auto& op : operators())
      for (const int i : op.inputs) read[static_cast<std::size_t>(i)] = true;
    for (int i = 0; i < count(); ++i)
      if (!read[static_cast<std::size_t>(i)]) model_->network.outputs.push_back(i);
    pack::validate(*model_);
    return model_;
  }

 private:
  int pick(int least, int most) { return std::uniform_int_distribution(least, most)(random_); }
  bool chance(double probability) { return std::bernoulli_distribution(probability)(random_); }
  std::vector<graph::Operator>& operators() { return model_->network.operators; }
  int count() { return static_cast<int>(operators().size()); }

  void add(graph::Operator op, std::optional<pack::PackedLayer> layer, pack::ElementwiseStage stage,
           float scale = 1.0F) {
    model_->activation_scale.push_back(scale);
    if (op.kind != OperatorKind::input)
      op.name = std::string(graph::to_string(op.kind)) + " " + std::to_string(count());
    operators().push_back(std::move(op));
    model_->layers.push_back(std::move(layer));
    model_->elementwise.push_back(std::move(stage));
  }

  /// Mostly the last result, so that the network is deep; sometimes one before.
  int any_input() { return chance(0.7) ? count() - 1 : pick(0, count() - 1); }

  void grow() {
    const int input = any_input();
    switch (pick(0, 9)) {
      case 0:
      case 1:
      case 2:
        return convolution(input, 1 + pick(0, design_.columns - 1));
      case 3:
        return convolution(input, 1);
      case 4:
        return chance(0.3) ? fully_connected(input) : pool(input, OperatorKind::max_pool);
      case 5:
        return pool(input, OperatorKind::average_pool);
      case 6:
      case 7:
        return addition(input);
      case 8:
        return chance(0.5) ? subsample(input) : activation(input);
      default:
        return concatenation(input);
    }
  }

  /// Fills in window and output shape; false if nothing would be left.
  bool set_window(graph::Operator& op, const graph::TensorShape& in, int height, int width,
                  bool dilated) {
    graph::Window& w = op.window;
    w.kernel_height = height;
    w.kernel_width = width;
    w.dilation_height = dilated ? pick(1, 3) : 1;
    w.dilation_width = dilated ? pick(1, 3) : 1;
    w.stride_height = pick(1, design_.max_stride);
    w.stride_width = chance(0.7) ? w.stride_height : pick(1, design_.max_stride);
    const int reach_y = (height - 1) * w.dilation_height + 1,
              reach_x = (width - 1) * w.dilation_width + 1;
    const bool pads = op.kind == OperatorKind::convolution;
    w.pad_top = pick(0, pads ? reach_y : height / 2);
    w.pad_bottom = pick(0, pads ? reach_y : height / 2);
    w.pad_left = pick(0, pads ? reach_x : width / 2);
    w.pad_right = pick(0, pads ? reach_x : width / 2);
    const int space_y = in.height + w.pad_top + w.pad_bottom - reach_y,
              space_x = in.width + w.pad_left + w.pad_right - reach_x;
    if (space_y < 0 || space_x < 0) return false;
    op.output = {in.channels, space_y / w.stride_height + 1, space_x / w.stride_width + 1};
    return op.output.height <= 2 * limits_.height && op.output.width <= 2 * limits_.width;
  }

  void convolution(int input, int width) {
    const graph::TensorShape in = operators()[static_cast<std::size_t>(input)].output;
    graph::Operator op;
    op.kind = OperatorKind::convolution;
    op.inputs = {input};
    op.relu = chance(0.5);
    if (!set_window(op, in, width == 1 ? (chance(0.7) ? 1 : pick(2, 3)) : pick(1, 7), width,
                    chance(0.3)))
      return;
    op.output.channels = pick(1, limits_.channels);
    if (chance(0.3)) {  // grouped, or depthwise
      std::vector<int> divisors;
      for (int g = 2; g <= in.channels; ++g)
        if (in.channels % g == 0) divisors.push_back(g);
      if (!divisors.empty()) {
        op.groups = chance(0.5) ? in.channels
                                : divisors[static_cast<std::size_t>(
                                      pick(0, static_cast<int>(divisors.size()) - 1))];
        op.output.channels = op.groups * pick(1, std::max(1, limits_.channels / op.groups));
      }
    }
    const bool depthwise = op.groups == in.channels && op.groups > 1;
    add_layer(op, {op.output.channels, in.channels / op.groups, op.window.kernel_height,
                   op.window.kernel_width, depthwise});
  }

  void fully_connected(int input) {
    const graph::TensorShape in = operators()[static_cast<std::size_t>(input)].output;
    graph::Operator op;
    op.kind = OperatorKind::fully_connected;
    op.inputs = {input};
    op.relu = chance(0.5);
    op.output = {pick(1, limits_.channels), 1, 1};
    add_layer(op, {op.output.channels, static_cast<int>(in.elements()), 1, 1, false});
  }

  void add_layer(const graph::Operator& op, const decompose::WeightShape& shape) {
    pack::PackedLayer layer;
    layer.shape = shape;
    const bool one_wide = shape.kernel_width == 1;
    const int columns = one_wide ? pick(std::min(2, design_.columns), design_.columns) : 1;
    layer.layout = decompose::layout_of(shape, columns, pick(1, 60), chance(0.3) ? pick(1, 4) : 1);
    layer.dense = chance(0.25);
    const auto& layout = layer.layout;
    const auto filters = static_cast<std::size_t>(layout.filters),
               rows = static_cast<std::size_t>(layout.rows),
               width = static_cast<std::size_t>(layout.columns);
    layer.weight_scale.assign(filters, 1.0F);
    if (!layer.dense) {
      layer.rebuild_shift.assign(filters, 0);
      layer.rank = pick(1, design_.rank);
      layer.levels = pick(1, design_.levels);
      layer.coefficients.resize(filters * rows * static_cast<std::size_t>(layer.rank));
      layer.basis.resize(static_cast<std::size_t>(layout.bases() * layer.rank) * width);
      for (auto& b : layer.basis) b = static_cast<std::int8_t>(pick(-128, 127));
      for (auto& q : layer.rebuild_shift)
        q = static_cast<std::uint8_t>(std::min(15, layer.levels - 1 + pick(0, 2)));
    } else {
      layer.dense_weights.resize(filters * rows * width);
    }
    fill(layer);
    const double spread = std::sqrt(static_cast<double>(rows * width)) * 70 * 40;
    layer.stages.resize(filters);
    for (auto& stage : layer.stages) {
      stage = pack::stage_for(50.0 / spread * std::uniform_real_distribution(0.3, 3.0)(random_));
      stage.bias = pick(-static_cast<int>(spread), static_cast<int>(spread));
    }
    add(op, std::move(layer), {});
  }

  /// Some rows are zero in a whole group of slices, some in one filter.
  void fill(pack::PackedLayer& layer) {
    const int rows = layer.layout.rows, columns = layer.layout.columns;
    const int per_row = layer.dense ? columns : layer.rank;
    const double zero_rows = std::array{0.0, 0.3, 0.8}[static_cast<std::size_t>(pick(0, 2))];
    std::vector<bool> zero(static_cast<std::size_t>(rows));
    for (int filter = 0; filter < layer.layout.filters; ++filter) {
      if (filter % design_.slices == 0)
        for (int row = 0; row < rows; ++row)
          zero[static_cast<std::size_t>(row)] = chance(zero_rows);
      for (int row = 0; row < rows; ++row) {
        if (zero[static_cast<std::size_t>(row)] || chance(0.2)) continue;
        for (int i = 0; i < per_row; ++i) {
          const auto at = static_cast<std::size_t>((filter * rows + row) * per_row + i);
          const bool padding =
              layer.shape.kernel_width == 1 && layer.dense &&
              row / layer.shape.kernel_height * columns + i >= layer.shape.channels;
          if (padding) continue;
          if (layer.dense)
            layer.dense_weights[at] = static_cast<std::int8_t>(pick(-128, 127));
          else
            layer.coefficients[at] = static_cast<std::int8_t>(pick(-layer.levels, layer.levels));
        }
      }
    }
  }

  void pool(int input, OperatorKind kind) {
    const graph::TensorShape in = operators()[static_cast<std::size_t>(input)].output;
    graph::Operator op;
    op.kind = kind;
    op.inputs = {input};
    pack::ElementwiseStage stage;
    if (kind == OperatorKind::average_pool && chance(0.5)) {
      op.window.kernel_height = in.height;
      op.window.kernel_width = in.width;
      op.output = {in.channels, 1, 1};
    } else if (!set_window(op, in, std::min(in.height, pick(1, 3)), std::min(in.width, pick(1, 3)),
                           false)) {
      return;
    }
    if (kind == OperatorKind::average_pool) {
      op.window.count_include_pad = true;
      const pack::OutputStage ratio =
          pack::stage_for(1.2 / (op.window.kernel_height * op.window.kernel_width));
      stage.multipliers = {ratio.multiplier};
      stage.shift = ratio.shift;
    }
    add(op, std::nullopt, stage);
  }

  std::int16_t multiplier() { return static_cast<std::int16_t>(pick(8000, 32767)); }

  void addition(int input) {
    const graph::TensorShape in = operators()[static_cast<std::size_t>(input)].output;
    std::vector<int> others;
    for (int i = 0; i < count(); ++i)
      if (operators()[static_cast<std::size_t>(i)].output == in) others.push_back(i);
    int other = others[static_cast<std::size_t>(pick(0, static_cast<int>(others.size()) - 1))];
    if (other == input && chance(0.8)) {
      // A layer of the same shape, which the addition may be fused with.
      graph::Operator op;
      op.kind = OperatorKind::convolution;
      op.inputs = {input};
      op.window.kernel_height = 3;
      op.window.kernel_width = std::min(3, design_.columns);
      op.window.pad_top = op.window.pad_bottom = 1;
      op.window.pad_left = op.window.kernel_width / 2;
      op.window.pad_right = op.window.kernel_width - 1 - op.window.pad_left;
      op.output = in;
      add_layer(op, {in.channels, in.channels, 3, op.window.kernel_width, false});
      other = count() - 1;
    }
    graph::Operator op;
    op.kind = OperatorKind::add;
    op.inputs = chance(0.5) ? std::vector{input, other} : std::vector{other, input};
    op.relu = chance(0.5);
    op.output = in;
    add(op, std::nullopt, {{multiplier(), multiplier()}, 15});
  }

  void subsample(int input) {
    const graph::TensorShape in = operators()[static_cast<std::size_t>(input)].output;
    graph::Operator op;
    op.kind = OperatorKind::subsample_pad;
    op.inputs = {input};
    auto& s = op.subsample;
    s.stride_height = pick(1, design_.max_stride);
    s.stride_width = pick(1, design_.max_stride);
    s.channels_before = pick(0, 3);
    s.channels_after = pick(0, 3);
    op.output = {in.channels + s.channels_before + s.channels_after,
                 (in.height - 1) / s.stride_height + 1, (in.width - 1) / s.stride_width + 1};
    add(op, std::nullopt, {});
  }

  void activation(int input) {
    graph::Operator op;
    op.kind = OperatorKind::activation;
    op.inputs = {input};
    op.relu = true;
    op.output = operators()[static_cast<std::size_t>(input)].output;
    // One that clips may need a finer scale than its input's.
    const float scale = model_->activation_scale[static_cast<std::size_t>(input)];
    if (chance(0.5))
      add(op, std::nullopt, {}, scale);
    else
      add(op, std::nullopt, {{multiplier()}, 14}, scale / 2);
  }

  void concatenation(int input) {
    const graph::TensorShape in = operators()[static_cast<std::size_t>(input)].output;
    graph::Operator op;
    op.kind = OperatorKind::concat;
    op.output = in;
    op.output.channels = 0;
    pack::ElementwiseStage stage;
    stage.shift = 14;
    for (int i = count() - 1; i >= 0 && op.inputs.size() < 3; --i) {
      const graph::TensorShape& other = operators()[static_cast<std::size_t>(i)].output;
      if (other.height != in.height || other.width != in.width ||
          op.output.channels + other.channels > 3 * limits_.channels)
        continue;
      op.inputs.push_back(i);
      op.output.channels += other.channels;
      stage.multipliers.push_back(chance(0.7) ? std::int16_t{16384} : multiplier());
    }
    if (op.inputs.size() < 2) return;
    op.relu = chance(0.1);
    add(op, std::nullopt, stage);
  }

  std::mt19937_64& random_;
  const design::DesignPoint& design_;
  const NetworkLimits& limits_;
  std::shared_ptr<pack::PackedModel> model_ = std::make_shared<pack::PackedModel>();
};

}  // namespace

std::shared_ptr<const pack::PackedModel> random_network(std::mt19937_64& random,
                                                        const design::DesignPoint& design,
                                                        const NetworkLimits& limits) {
  return Maker(random, design, limits).make();
}

std::vector<std::int8_t> random_values(std::mt19937_64& random, const graph::TensorShape& shape) {
  std::vector<std::int8_t> values;
  for (int row = 0; row < shape.channels * shape.height; ++row) {
    const bool zero = random() % 5 == 0;
    for (int x = 0; x < shape.width; ++x)
      values.push_back(zero || random() % 10 == 0
                           ? std::int8_t{0}
                           : static_cast<std::int8_t>(static_cast<int>(random() % 256) - 128));
  }
  return values;
}

}  // namespace sd::regression
