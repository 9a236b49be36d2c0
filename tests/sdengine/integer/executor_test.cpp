#include "sdengine/integer/executor.hpp"

#include <gmock/gmock.h>

#include <limits>
#include <random>
#include <set>
#include <stdexcept>
#include <thread>

#include "sdengine/integer/naive_model.hpp"
#include "sdengine/pack/random_network.hpp"

namespace sd::integer {
namespace {

using graph::OperatorKind;
using pack::testing::decompose_all;
using pack::testing::NetworkBuilder;
using pack::testing::random_network;
using pack::testing::ranges;
using pack::testing::square;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

std::shared_ptr<const pack::PackedModel> share(pack::PackedModel model) {
  return std::make_shared<const pack::PackedModel>(std::move(model));
}

Tensor random_tensor(const graph::TensorShape& shape, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Tensor result(shape.elements());
  for (std::int8_t& value : result) {
    const std::uint64_t bits = random();
    // Extremes and zeros far more often than chance would have them.
    value = bits % 16 == 0   ? std::int8_t{-128}
            : bits % 16 == 1 ? std::int8_t{127}
            : bits % 16 == 2 ? std::int8_t{0}
                             : static_cast<std::int8_t>(bits >> 32);
  }
  return result;
}

/// Random packed fields: the contract holds for every model that validate() lets through, not only
/// for what pack() makes.
pack::PackedModel with_random_fields(pack::PackedModel model, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  for (auto& layer : model.layers) {
    if (!layer) continue;
    for (std::int8_t& b : layer->basis) b = static_cast<std::int8_t>(random());
    for (std::int8_t& w : layer->dense_weights) w = static_cast<std::int8_t>(random());
    for (auto& q : layer->rebuild_shift) q = static_cast<std::uint8_t>(random() % 7);
    for (auto& stage : layer->stages) {
      stage.bias = static_cast<std::int32_t>(random() % 20001) - 10000;
      stage.multiplier = static_cast<std::int16_t>(random() % 32768);
      stage.shift = static_cast<std::uint8_t>(16 + random() % 10);
    }
  }
  return model;
}

void expect_equal(const pack::PackedModel& packed, std::uint64_t seed,
                  std::set<OperatorKind>& seen) {
  const auto model = share(packed);
  const Executor executor(model);
  const Tensor image = random_tensor(model->network.input_shape(), seed);
  const auto expected = testing::run(*model, image);
  int next = 0;
  const Tensor output = executor.run(image, [&](int index, const Tensor& values) {
    EXPECT_EQ(index, next++);
    const graph::Operator& op = model->network.operators[static_cast<std::size_t>(index)];
    EXPECT_EQ(values, expected[static_cast<std::size_t>(index)])
        << "seed " << seed << " operator " << op.name << " " << graph::to_string(op.kind);
    seen.insert(op.kind);
  });
  EXPECT_EQ(next, static_cast<int>(expected.size()));
  EXPECT_EQ(output, expected[static_cast<std::size_t>(model->network.output())]);
  EXPECT_EQ(executor.run(image), output);
}

TEST(Executor, EqualsTheNaiveModelOnRandomNetworks) {
  std::set<OperatorKind> seen;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const graph::Network network = random_network(seed);
    const auto [rank, levels] = seed % 3 == 0   ? std::pair{4, 3}
                                : seed % 3 == 1 ? std::pair{3, 7}
                                                : std::pair{2, 2};
    const pack::PackedModel model =
        pack::pack(network, decompose_all(network, rank, levels, seed % 2 == 0), ranges(network));
    expect_equal(model, seed, seen);
    expect_equal(with_random_fields(model, seed), seed + 1000, seen);
  }
  EXPECT_EQ(seen.size(), 10U);  // every kind there is
}

TEST(Executor, LargeLayersAndTheirTiles) {
  std::set<OperatorKind> seen;
  for (const int channels : {1, 15, 16, 17, 64, 130}) {
    NetworkBuilder b({channels, 13, 11}, static_cast<std::uint64_t>(channels));
    int x = b.convolution(0, 5, square(3, 1, 1));
    x = b.convolution(x, 3, square(5, 3, 4, 2));
    b.fully_connected(x, 9);
    const graph::Network network = b.network();
    expect_equal(pack::pack(network, decompose_all(network), ranges(network)), 5, seen);
  }
}

TEST(Executor, ExtremeWeightsTimesExtremeActivationsAreExact) {
  NetworkBuilder b({131000, 1, 1}, 1);
  b.fully_connected(0, 3);
  const graph::Network network = b.network();
  pack::PackedModel model = pack::pack(network, std::vector<pack::LayerChoice>(2), ranges(network));
  auto& weights = model.layers[1]->dense_weights;
  const auto third = static_cast<std::ptrdiff_t>(weights.size() / 3);
  std::fill(weights.begin(), weights.begin() + third, std::int8_t{-128});
  std::fill(weights.begin() + third, weights.begin() + 2 * third, std::int8_t{127});
  model.layers[1]->stages.assign(3, {0, 16384, 38});
  const auto shared = share(model);
  const Tensor image(131000, -128);
  EXPECT_EQ(Executor(shared).run(image), testing::run(*shared, image).back());
  // 131000 * 128 * 128 = 2146304000 fits; 16384 / 2^38 of it is 127.93.
  EXPECT_EQ(Executor(shared).run(image)[0], 127);
}

TEST(Executor, ManyThreadsMayShareOne) {
  const graph::Network network = random_network(7);
  const Executor executor(share(pack::pack(network, decompose_all(network), ranges(network))));
  std::vector<Tensor> images;
  std::vector<Tensor> expected;
  for (std::uint64_t k = 0; k < 8; ++k) {
    images.push_back(random_tensor(network.input_shape(), k));
    expected.push_back(executor.run(images.back()));
  }
  std::vector<std::vector<Tensor>> found(4, std::vector<Tensor>(images.size()));
  std::vector<std::thread> threads;
  for (auto& results : found)
    threads.emplace_back([&] {
      for (std::size_t k = 0; k < images.size(); ++k) results[k] = executor.run(images[k]);
    });
  for (auto& thread : threads) thread.join();
  for (const auto& results : found) EXPECT_EQ(results, expected);
}

TEST(Executor, OutputMayBeAnyOperator) {
  graph::Network network = random_network(4);
  network.outputs = {2};
  network.operators.pop_back();  // the softmax, which must be the output
  const auto model = share(pack::pack(network, decompose_all(network), ranges(network)));
  const Tensor image = random_tensor(network.input_shape(), 1);
  EXPECT_EQ(Executor(model).run(image), testing::run(*model, image)[2]);
}

TEST(Executor, SeveralOutputsComeOneAfterTheOther) {
  NetworkBuilder b({4, 9, 7}, 5);
  const int trunk = b.convolution(0, 6, square(3, 1, 1));
  const int head = b.convolution(trunk, 3, square(1, 1, 0));
  const int other = b.convolution(trunk, 5, square(3, 2, 1));
  graph::Network network = b.network();
  network.outputs = {other, trunk, head};
  const auto model = share(pack::pack(network, decompose_all(network), ranges(network)));
  const Tensor image = random_tensor(network.input_shape(), 2);
  const auto results = testing::run(*model, image);
  Tensor expected;
  for (const int output : network.outputs)
    expected.insert(expected.end(), results[static_cast<std::size_t>(output)].begin(),
                    results[static_cast<std::size_t>(output)].end());
  EXPECT_EQ(Executor(model).run(image), expected);
}

TEST(QuantiseInput, RoundsHalvesAwayFromZeroAndSaturates) {
  NetworkBuilder b({1, 1, 8}, 1);
  b.activation(0);
  const graph::Network network = b.network();
  const Executor executor(
      share(pack::pack(network, std::vector<pack::LayerChoice>(2), {127.0F, 1.0F})));  // scale 1
  const std::vector<float> image{0.5F,   -0.5F,   1.49F,  -1.5F,
                                 200.0F, -127.6F, -1e30F, std::numeric_limits<float>::quiet_NaN()};
  EXPECT_EQ(executor.quantise_input(image), (Tensor{1, -1, 1, -2, 127, -128, -128, 0}));
  const std::vector<float> infinite(8, std::numeric_limits<float>::infinity());
  EXPECT_EQ(executor.quantise_input(infinite), Tensor(8, 127));
}

TEST(Executor, RefusesWhatDoesNotFit) {
  const graph::Network network = random_network(2);
  const auto model = share(pack::pack(network, decompose_all(network), ranges(network)));
  const Executor executor(model);
  const Tensor image = random_tensor(network.input_shape(), 1);
  const auto message = [](const std::string& text) {
    return ThrowsMessage<std::invalid_argument>(HasSubstr(text));
  };
  const std::vector<const Tensor*> one{&image};
  const std::vector<const Tensor*> two{&image, &image};
  const Tensor short_image(5);
  const std::vector<const Tensor*> small{&short_image};
  EXPECT_THAT([&] { (void)executor.run_operator(0, one); },
              message("operator 0 cannot be run; the network's are 1 to "));
  EXPECT_THAT([&] { (void)executor.run_operator(-1, one); }, message("operator -1 cannot be run"));
  EXPECT_THAT([&] { (void)executor.run_operator(1000, one); },
              message("operator 1000 cannot be run"));
  EXPECT_THAT([&] { (void)executor.run_operator(1, two); },
              message("operator 'op1' takes 1 inputs; 2 were given"));
  EXPECT_THAT([&] { (void)executor.run_operator(1, small); },
              message("input 0 of operator 'op1' has 5 values; its shape"));
  EXPECT_THAT([&] { (void)executor.run(short_image); },
              message("the image has 5 values; its shape"));
  EXPECT_THAT([&] { (void)executor.quantise_input(std::vector<float>(3)); },
              message("the image has 3 values"));
  EXPECT_THAT([] { Executor(nullptr); }, message("there is no packed model to execute"));
  pack::PackedModel broken = *model;
  broken.layers[1]->stages.clear();
  EXPECT_THAT([&] { Executor{share(broken)}; },
              ThrowsMessage<pack::PackError>(HasSubstr("operator 'op1'")));
}

TEST(Argmax, LowestIndexOnATie) {
  EXPECT_EQ(argmax(Tensor{1, 5, 5, -3}), 1);
  EXPECT_EQ(argmax(Tensor{-128}), 0);
  EXPECT_EQ(argmax(Tensor{-4, -3}), 1);
  EXPECT_THAT([] { (void)argmax(Tensor{}); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("there is no largest of no values")));
}

}  // namespace
}  // namespace sd::integer
