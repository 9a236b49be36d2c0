#include "sdengine/integer/trace.hpp"

#include <gmock/gmock.h>

#include <random>
#include <set>

#include "sdengine/integer/executor.hpp"
#include "sdengine/integer/naive_model.hpp"
#include "sdengine/pack/random_network.hpp"

namespace sd::integer {
namespace {

using pack::testing::decompose_all;
using pack::testing::random_network;
using pack::testing::ranges;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(BoothDigits, RebuildTheValueAndAreCounted) {
  for (int value = -128; value < 128; ++value) {
    int rebuilt = 0;
    int nonzero = 0;
    for (int i = 0; i < 4; ++i) {
      const auto bit = [&](int k) {
        return k < 0 ? 0 : static_cast<int>(static_cast<unsigned>(value) >> k & 1U);
      };
      const int digit = bit(2 * i - 1) + bit(2 * i) - 2 * bit(2 * i + 1);
      rebuilt += digit * (1 << (2 * i));
      nonzero += digit != 0 ? 1 : 0;
    }
    EXPECT_EQ(rebuilt, value);
    EXPECT_EQ(booth_digits(static_cast<std::int8_t>(value)), nonzero);
  }
}

/// Activations with zeros and whole rows of zeros.
Tensor sparse_tensor(const graph::TensorShape& shape, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Tensor result(shape.elements());
  for (std::size_t i = 0; i < result.size(); i += static_cast<std::size_t>(shape.width)) {
    if (random() % 3 == 0) continue;
    for (std::size_t k = i; k < i + static_cast<std::size_t>(shape.width); ++k)
      result[k] = random() % 2 == 0 ? std::int8_t{0} : static_cast<std::int8_t>(random());
  }
  return result;
}

/// Coarse stages and rebuilds, so that much saturates.
pack::PackedModel with_saturation(pack::PackedModel model, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  for (auto& layer : model.layers) {
    if (!layer) continue;
    for (std::int8_t& b : layer->basis) b = static_cast<std::int8_t>(random());
    for (auto& q : layer->rebuild_shift) q = static_cast<std::uint8_t>(random() % 4);
    for (auto& stage : layer->stages)
      stage = {static_cast<std::int32_t>(random() % 2001) - 1000,
               static_cast<std::int16_t>(random() % 32768),
               static_cast<std::uint8_t>(18 + random() % 8)};
  }
  return model;
}

/// Results of one operator that sat_8 changes: the formulas of docs/numerics.md in wide integers.
std::int64_t naive_saturations(const pack::PackedModel& model, std::size_t index,
                               const std::vector<testing::Values>& results) {
  using testing::Wide;
  const graph::Operator& op = model.network.operators[index];
  if (op.inputs.empty()) return 0;
  const auto input_of = [&](std::size_t k) {
    const auto i = static_cast<std::size_t>(op.inputs[k]);
    return testing::Plane{&results[i], model.network.operators[i].output};
  };
  const testing::Plane in = input_of(0);
  const pack::ElementwiseStage& stage = model.elementwise[index];
  const graph::Window& w = op.window;
  std::int64_t count = 0;
  const auto see = [&](Wide value) { count += value > 127 || (!op.relu && value < -128) ? 1 : 0; };
  for (int c = 0; c < op.output.channels; ++c)
    for (int y = 0; y < op.output.height; ++y)
      for (int x = 0; x < op.output.width; ++x) {
        const auto sum_over_window = [&](auto term) {
          Wide sum = 0;
          for (int r = 0; r < w.kernel_height; ++r)
            for (int s = 0; s < w.kernel_width; ++s) {
              const int iy = y * w.stride_height - w.pad_top + r * w.dilation_height;
              const int ix = x * w.stride_width - w.pad_left + s * w.dilation_width;
              if (in.inside(iy, ix)) sum += term(r, s, iy, ix);
            }
          return sum;
        };
        switch (op.kind) {
          case graph::OperatorKind::convolution: {
            const pack::PackedLayer& layer = *model.layers[index];
            const int channels = in.shape.channels / op.groups;
            const int first = c / (op.output.channels / op.groups) * channels;
            Wide sum = 0;
            for (int k = 0; k < channels; ++k)
              sum += sum_over_window([&](int r, int s, int iy, int ix) {
                return Wide{testing::weight(layer, c, k, r, s)} * in.at(first + k, iy, ix);
              });
            const pack::OutputStage& out = layer.stages[static_cast<std::size_t>(c)];
            see(testing::round_shift((sum + out.bias) * out.multiplier, out.shift));
            break;
          }
          case graph::OperatorKind::fully_connected: {
            const pack::PackedLayer& layer = *model.layers[index];
            const int filter = (c * op.output.height + y) * op.output.width + x;
            Wide sum = 0;
            for (std::size_t k = 0; k < in.values->size(); ++k)
              sum +=
                  Wide{testing::weight(layer, filter, static_cast<int>(k), 0, 0)} * (*in.values)[k];
            const pack::OutputStage& out = layer.stages[static_cast<std::size_t>(filter)];
            see(testing::round_shift((sum + out.bias) * out.multiplier, out.shift));
            break;
          }
          case graph::OperatorKind::add:
            see(testing::round_shift(Wide{in.at(c, y, x)} * stage.multipliers[0] +
                                         Wide{input_of(1).at(c, y, x)} * stage.multipliers[1],
                                     stage.shift));
            break;
          case graph::OperatorKind::average_pool:
            see(testing::round_shift(sum_over_window([&](int, int, int iy, int ix) {
                                       return Wide{in.at(c, iy, ix)};
                                     }) * stage.multipliers[0],
                                     stage.shift));
            break;
          case graph::OperatorKind::concat: {
            std::size_t k = 0;
            int channel = c;
            while (channel >= input_of(k).shape.channels) channel -= input_of(k++).shape.channels;
            see(testing::round_shift(Wide{input_of(k).at(channel, y, x)} * stage.multipliers[k],
                                     stage.shift));
            break;
          }
          case graph::OperatorKind::activation:
            if (!stage.multipliers.empty())
              see(testing::round_shift(Wide{in.at(c, y, x)} * stage.multipliers[0], stage.shift));
            break;
          default:
            break;
        }
      }
  return count;
}

void add_expected(Trace& expected, const pack::PackedModel& model, const Tensor& image) {
  const auto results = testing::run(model, image);
  ++expected.images;
  expected.operators.resize(results.size());
  for (std::size_t i = 0; i < results.size(); ++i) {
    const testing::Plane plane{&results[i], model.network.operators[i].output};
    OperatorTrace& trace = expected.operators[i];
    for (int c = 0; c < plane.shape.channels; ++c)
      for (int y = 0; y < plane.shape.height; ++y) {
        bool zero = true;
        for (int x = 0; x < plane.shape.width; ++x) {
          const int value = plane.at(c, y, x);
          zero = zero && value == 0;
          ++trace.values;
          trace.zero_values += value == 0 ? 1 : 0;
          trace.booth_digits += booth_digits(static_cast<std::int8_t>(value));
        }
        ++trace.rows;
        trace.zero_rows += zero ? 1 : 0;
      }
    trace.saturated_values += naive_saturations(model, i, results);
  }
}

TEST(Trace, EqualsTheSlowDefinitionOnRandomNetworks) {
  std::set<graph::OperatorKind> saturating;
  std::int64_t zero_rows = 0;
  for (std::uint64_t seed = 0; seed < 24; ++seed) {
    const graph::Network network = random_network(seed);
    const auto model = std::make_shared<const pack::PackedModel>(with_saturation(
        pack::pack(network, decompose_all(network, 3, 4, seed % 2 == 0), ranges(network)), seed));
    const Executor executor(model);
    Trace trace;
    Trace expected;
    for (std::uint64_t k = 0; k < 2; ++k) {
      const Tensor image = sparse_tensor(network.input_shape(), 10 * seed + k);
      EXPECT_EQ(executor.run(image, trace), executor.run(image));
      add_expected(expected, *model, image);
    }
    EXPECT_EQ(trace.images, 2);
    ASSERT_EQ(trace.operators.size(), expected.operators.size());
    for (std::size_t i = 0; i < trace.operators.size(); ++i) {
      const graph::Operator& op = network.operators[i];
      EXPECT_EQ(trace.operators[i], expected.operators[i])
          << "seed " << seed << " operator " << op.name << " " << graph::to_string(op.kind);
      zero_rows += trace.operators[i].zero_rows;
      if (trace.operators[i].saturated_values > 0) saturating.insert(op.kind);
    }
  }
  EXPECT_GT(zero_rows, 0);
  EXPECT_TRUE(saturating.count(graph::OperatorKind::convolution) > 0);
  EXPECT_TRUE(saturating.count(graph::OperatorKind::fully_connected) > 0);
}

TEST(Trace, CountsWeightsThatRebuildPastEightBits) {
  const graph::Network network = random_network(3);
  const auto model = std::make_shared<const pack::PackedModel>(
      with_saturation(pack::pack(network, decompose_all(network, 3, 4), ranges(network)), 9));
  Trace trace;
  (void)Executor(model).run(sparse_tensor(network.input_shape(), 1), trace);
  std::int64_t saturated = 0;
  for (std::size_t i = 0; i < network.operators.size(); ++i) {
    WeightTrace expected;
    if (model->layers[i] && !model->layers[i]->dense) {
      const pack::PackedLayer& layer = *model->layers[i];
      for (int m = 0; m < layer.layout.filters; ++m)
        for (int row = 0; row < layer.layout.rows; ++row)
          for (int s = 0; s < layer.layout.columns; ++s) {
            std::int64_t sum = 0;
            for (int j = 0; j < layer.rank; ++j) {
              const auto c = layer.coefficients[static_cast<std::size_t>(
                  (m * layer.layout.rows + row) * layer.rank + j)];
              const int slice = layer.layout.basis_index(m, row / layer.layout.slice_rows);
              const int b = layer.basis[static_cast<std::size_t>(
                  (slice * layer.rank + j) * layer.layout.columns + s)];
              sum += c == 0 ? 0 : (c < 0 ? -b : b) * (1 << (layer.levels - std::abs(c)));
            }
            const auto wide =
                testing::round_shift(sum, layer.rebuild_shift[static_cast<std::size_t>(m)]);
            ++expected.weights;
            expected.saturated_weights += wide > 127 || wide < -128 ? 1 : 0;
          }
    }
    EXPECT_EQ(trace.weights[i], expected) << network.operators[i].name;
    saturated += expected.saturated_weights;
  }
  EXPECT_GT(saturated, 0);
}

TEST(Trace, SumsOfTracesAreTracesOfAllImages) {
  const graph::Network network = random_network(5);
  const auto model = std::make_shared<const pack::PackedModel>(
      pack::pack(network, decompose_all(network), ranges(network)));
  const Executor executor(model);
  Trace all;
  Trace parts[2];
  for (std::uint64_t k = 0; k < 6; ++k) {
    const Tensor image = sparse_tensor(network.input_shape(), k);
    (void)executor.run(image, all);
    (void)executor.run(image, parts[k % 2]);
  }
  Trace sum;
  sum += parts[1];
  sum += Trace{};
  sum += parts[0];
  EXPECT_EQ(sum, all);

  const graph::Network other = random_network(6);
  const auto other_model = std::make_shared<const pack::PackedModel>(
      pack::pack(other, decompose_all(other), ranges(other)));
  Trace wrong;
  (void)Executor(other_model).run(sparse_tensor(other.input_shape(), 1), wrong);
  EXPECT_THAT([&] { sum += wrong; }, ThrowsMessage<std::invalid_argument>(
                                         HasSubstr("traces of two models cannot be added")));
  wrong.operators.resize(network.operators.size() + 1);
  EXPECT_THAT([&] { (void)executor.run(sparse_tensor(network.input_shape(), 1), wrong); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("cannot go on with a model of")));
}

}  // namespace
}  // namespace sd::integer
