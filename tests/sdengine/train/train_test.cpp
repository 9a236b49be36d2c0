#include "sdengine/train/train.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <vector>

#include "sdengine/inference/float_executor.hpp"
#include "sdengine/zoo/zoo.hpp"

namespace sd::train {
namespace {

graph::Operator convolution(const char* name, int input, graph::TensorShape output,
                            std::size_t weights, int kernel) {
  graph::Operator op;
  op.kind = graph::OperatorKind::convolution;
  op.name = name;
  op.inputs = {input};
  op.output = output;
  op.relu = true;
  op.window = {.kernel_height = kernel,
               .kernel_width = kernel,
               .pad_top = kernel / 2,
               .pad_left = kernel / 2,
               .pad_bottom = kernel / 2,
               .pad_right = kernel / 2};
  for (std::size_t i = 0; i < weights; ++i)
    op.weights.push_back(0.3F * static_cast<float>(static_cast<int>(i * 7919 % 13) - 6) / 6.0F);
  op.bias.assign(static_cast<std::size_t>(output.channels), 0.0F);
  return op;
}

/// 2 x 8 x 8 -> conv 3x3, strided shortcut, add, concat, average -> 2 classes: most kinds of
/// operator in few weights.
graph::Network small_network() {
  graph::Network network;
  network.name = "small";
  graph::Operator input;
  input.name = "image";
  input.output = {1, 8, 8};
  graph::Operator first = convolution("first", 0, {4, 8, 8}, 36, 3);
  graph::Operator down = convolution("down", 1, {8, 4, 4}, 32, 1);
  down.window.stride_height = down.window.stride_width = 2;
  graph::Operator shortcut;
  shortcut.kind = graph::OperatorKind::subsample_pad;
  shortcut.name = "shortcut";
  shortcut.inputs = {1};
  shortcut.output = {8, 4, 4};
  shortcut.subsample = {2, 2, 2, 2};
  graph::Operator sum;
  sum.kind = graph::OperatorKind::add;
  sum.name = "sum";
  sum.inputs = {2, 3};
  sum.output = {8, 4, 4};
  sum.relu = true;
  graph::Operator pool;
  pool.kind = graph::OperatorKind::average_pool;
  pool.name = "pool";
  pool.inputs = {4};
  pool.output = {8, 1, 1};
  pool.window = {.kernel_height = 4, .kernel_width = 4, .stride_height = 4, .stride_width = 4};
  graph::Operator fc;
  fc.kind = graph::OperatorKind::fully_connected;
  fc.name = "fc";
  fc.inputs = {5};
  fc.output = {2, 1, 1};
  for (int i = 0; i < 16; ++i) fc.weights.push_back(i % 3 == 0 ? 0.2F : -0.1F);
  fc.bias.assign(2, 0.0F);
  network.operators = {input, first, down, shortcut, sum, pool, fc};
  network.outputs = {6};
  network.preprocessing = {{0.5F}, {0.25F}, true};
  return network;
}

/// Class 0: a bright left half; class 1: a bright right half; with noise.
class Halves : public data::Dataset {
 public:
  explicit Halves(std::size_t count, int side = 8) : count_(count), side_(side) {}
  [[nodiscard]] std::size_t size() const override { return count_; }
  [[nodiscard]] data::Sample get(std::size_t index) const override {
    data::Sample sample{{1, side_, side_, {}}, static_cast<int>(index % 2)};
    for (int y = 0; y < side_; ++y)
      for (int x = 0; x < side_; ++x) {
        const bool bright = (x < side_ / 2) == (sample.label == 0);
        sample.image.values.push_back(static_cast<std::uint8_t>(
            (bright ? 160 : 60) + (index * 31 + static_cast<std::size_t>(y * 7 + x * 13)) % 40));
      }
    return sample;
  }
  [[nodiscard]] const std::vector<std::string>& class_names() const override { return names_; }
  [[nodiscard]] std::string description() const override { return "halves"; }

 private:
  std::size_t count_;
  int side_;
  std::vector<std::string> names_{"left", "right"};
};

Settings quick(std::uint64_t seed = 1) {
  return {.epochs = 6, .batch = 16, .learning_rate = 1e-2, .weight_decay = 1e-4, .seed = seed};
}

double accuracy(const graph::Network& network, const data::Dataset& images) {
  const inference::FloatExecutor executor(network);
  int right = 0;
  for (std::size_t i = 0; i < images.size(); ++i) {
    const data::Sample sample = images.get(i);
    std::vector<float> pixels;
    for (const std::uint8_t value : sample.image.values)
      pixels.push_back((static_cast<float>(value) / 255.0F - 0.5F) / 0.25F);
    right += inference::argmax(executor.run(pixels)) == sample.label ? 1 : 0;
  }
  return static_cast<double>(right) / static_cast<double>(images.size());
}

TEST(Train, LowersTheLossAndLearns) {
  const Halves images(160);
  std::vector<EpochReport> epochs;
  const graph::Network trained =
      train(small_network(), images, quick(), [&](const EpochReport& e) { epochs.push_back(e); });
  ASSERT_EQ(epochs.size(), 6U);
  EXPECT_EQ(epochs.front().epoch, 1);
  EXPECT_LT(epochs.back().loss, 0.5 * epochs.front().loss);
  EXPECT_GT(epochs.back().accuracy, 0.95);
  // Batch norm is folded: the plain network is as good, without having seen the batches.
  EXPECT_GT(accuracy(trained, Halves(200)), 0.95);
}

TEST(Train, KeepsTheStructure) {
  const graph::Network before = small_network();
  const graph::Network after = train(before, Halves(32), quick(), {});
  EXPECT_NO_THROW(graph::validate(after));
  ASSERT_EQ(after.operators.size(), before.operators.size());
  for (std::size_t i = 0; i < before.operators.size(); ++i) {
    EXPECT_EQ(after.operators[i].name, before.operators[i].name);
    EXPECT_EQ(after.operators[i].weights.size(), before.operators[i].weights.size());
    EXPECT_EQ(after.operators[i].bias.size(), before.operators[i].bias.size());
  }
}

TEST(Train, ASeedGivesTheSameWeightsAndAnotherSeedOthers) {
  const Halves images(64);
  const auto weights = [&](std::uint64_t seed) {
    return train(small_network(), images, quick(seed), {}).operators[1].weights;
  };
  const auto once = weights(1);
  EXPECT_EQ(once, weights(1));
  EXPECT_NE(once, weights(2));
}

TEST(Train, TakesTheDefaultNetwork) {
  const auto images = data::generated_shapes(48, data::shapes_train_seed);
  std::vector<double> losses;
  const graph::Network trained =
      train(zoo::shapes_network(1), *images,
            {.epochs = 4, .batch = 16, .learning_rate = 3e-3, .weight_decay = 1e-4, .seed = 1},
            [&](const EpochReport& e) { losses.push_back(e.loss); });
  EXPECT_LT(losses.back(), losses.front());
  EXPECT_EQ(trained.class_names.size(), 10U);
}

std::string error_of(const graph::Network& network, const data::Dataset& images,
                     const Settings& settings) {
  try {
    (void)train(network, images, settings, {});
  } catch (const TrainError& error) {
    return error.what();
  }
  return {};
}

TEST(TrainErrors, SayWhatIsWrong) {
  const Halves images(32);
  Settings settings = quick();
  settings.epochs = 0;
  EXPECT_THAT(error_of(small_network(), images, settings), testing::HasSubstr("epochs = 0"));
  settings = quick();
  settings.batch = 1;
  EXPECT_THAT(error_of(small_network(), images, settings), testing::HasSubstr("batch = 1"));
  settings = quick();
  settings.learning_rate = -1;
  EXPECT_THAT(error_of(small_network(), images, settings),
              testing::HasSubstr("learning_rate = -1"));
  EXPECT_THAT(error_of(small_network(), Halves(0), quick()), testing::HasSubstr("no images"));
  EXPECT_THAT(error_of(small_network(), Halves(1), quick()),
              testing::HasSubstr("at least 2 images"));
  EXPECT_THAT(error_of(small_network(), Halves(4, 9), quick()),
              testing::HasSubstr("image 0 is 1 x 9 x 9, but network small takes 1 x 8 x 8"));
  graph::Network one_output = small_network();
  one_output.operators[6].output.channels = 1;
  one_output.operators[6].weights.resize(8);
  one_output.operators[6].bias.resize(1);
  EXPECT_THAT(error_of(one_output, images, quick()),
              testing::HasSubstr("label 1, but network small has 1 outputs"));
  settings = quick();
  settings.learning_rate = 1e30;
  EXPECT_THAT(error_of(small_network(), images, settings), testing::HasSubstr("no longer finite"));
}

}  // namespace
}  // namespace sd::train
