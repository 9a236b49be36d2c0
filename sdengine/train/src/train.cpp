#include "sdengine/train/train.hpp"

#include <ATen/Parallel.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/empty.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "adam.hpp"
#include "batches.hpp"
#include "torch_network.hpp"

namespace sd::train {

namespace {

void check(const Settings& settings) {
  if (settings.epochs < 1)
    throw TrainError(fmt::format("epochs = {}: at least 1 is needed", settings.epochs));
  if (settings.batch < 2)
    throw TrainError(fmt::format("batch = {}: batch norm needs at least 2 images", settings.batch));
  if (!(settings.learning_rate > 0))
    throw TrainError(
        fmt::format("learning_rate = {}: it must be positive", settings.learning_rate));
}

/// One thread while it lives: sums then have one order.
class OneThread {
 public:
  OneThread() : before_(at::get_num_threads()) { at::set_num_threads(1); }
  ~OneThread() { at::set_num_threads(before_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

struct Batch {
  at::Tensor images, labels;
};

Batch gather(const Examples& examples, const graph::TensorShape& shape,
             std::span<const std::size_t> order) {
  const auto count = static_cast<std::int64_t>(order.size());
  Batch batch{at::empty({count, shape.channels, shape.height, shape.width}, at::kFloat),
              at::empty({count}, at::kLong)};
  float* pixels = batch.images.data_ptr<float>();
  auto* labels = batch.labels.data_ptr<std::int64_t>();
  for (const std::size_t i : order) {
    pixels =
        std::copy_n(examples.pixels.begin() + static_cast<std::ptrdiff_t>(i * examples.elements),
                    examples.elements, pixels);
    *labels++ = examples.labels[i];
  }
  return batch;
}

void update(std::vector<TorchNetwork::Parameter>& parameters, std::vector<Adam>& optimisers,
            double learning_rate, double weight_decay) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    at::Tensor& value = parameters[i].value;
    const at::Tensor gradient = value.grad().contiguous();
    const auto size = static_cast<std::size_t>(value.numel());
    optimisers[i].step({value.data_ptr<float>(), size}, {gradient.data_ptr<float>(), size},
                       learning_rate, parameters[i].decays ? weight_decay : 0.0);
    value.mutable_grad() = at::Tensor();
  }
}

}  // namespace

graph::Network train(const graph::Network& network, const data::Dataset& images,
                     const Settings& settings,
                     const std::function<void(const EpochReport&)>& report) {
  check(settings);
  const OneThread one_thread;
  const graph::TensorShape shape = network.input_shape();
  const auto classes = static_cast<int>(
      network.operators[static_cast<std::size_t>(network.output())].output.elements());
  const Examples examples = load_examples(network, images, classes);

  std::mt19937_64 random(settings.seed);
  TorchNetwork model(network);
  std::vector<Adam> optimisers;
  for (const auto& parameter : model.parameters())
    optimisers.emplace_back(static_cast<std::size_t>(parameter.value.numel()));

  // A last batch of one image would have no variance to normalise by, so it is left out.
  const auto batch_size = static_cast<std::size_t>(settings.batch);
  const std::size_t batches =
      examples.size() / batch_size + (examples.size() % batch_size > 1 ? 1 : 0);
  if (batches == 0)
    throw TrainError(
        fmt::format("{}: at least 2 images are needed to train on", images.description()));
  const double steps = static_cast<double>(batches) * settings.epochs;
  std::size_t step = 0;
  for (int epoch = 1; epoch <= settings.epochs; ++epoch) {
    const std::vector<std::size_t> order = shuffled(examples.size(), random);
    double loss_sum = 0;
    std::int64_t right = 0, seen = 0;
    for (std::size_t b = 0; b < batches; ++b, ++step) {
      const auto chosen = std::span(order).subspan(
          b * batch_size, std::min(batch_size, order.size() - b * batch_size));
      const Batch batch = gather(examples, shape, chosen);
      const at::Tensor logits = model.forward(batch.images, true);
      const at::Tensor loss = at::cross_entropy_loss(logits, batch.labels);
      const auto value = static_cast<double>(loss.item<float>());
      if (!std::isfinite(value))
        throw TrainError(
            fmt::format("epoch {}: the loss is no longer finite; use a lower learning rate than {}",
                        epoch, settings.learning_rate));
      loss.backward();
      const double learning_rate =
          settings.learning_rate * 0.5 *
          (1 + std::cos(std::numbers::pi * static_cast<double>(step) / steps));
      update(model.parameters(), optimisers, learning_rate, settings.weight_decay);
      loss_sum += value * static_cast<double>(chosen.size());
      right += logits.argmax(1).eq(batch.labels).sum().item<std::int64_t>();
      seen += static_cast<std::int64_t>(chosen.size());
    }
    if (report)
      report({epoch, loss_sum / static_cast<double>(seen),
              static_cast<double>(right) / static_cast<double>(seen)});
  }
  return model.folded();
}

}  // namespace sd::train
