// train_default_network OUT.onnx [EPOCHS]: makes the built-in network from nothing
// (docs/default_network.md). scripts/train_default_network builds and calls it.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include "sdengine/data/dataset.hpp"
#include "sdengine/graph/onnx_export.hpp"
#include "sdengine/graph/onnx_import.hpp"
#include "sdengine/inference/float_executor.hpp"
#include "sdengine/train/train.hpp"
#include "sdengine/zoo/zoo.hpp"

namespace {

constexpr std::uint64_t weight_seed = 1;
constexpr std::size_t training_images = 10'000;
constexpr std::size_t test_images = 2'000;

double accuracy(const sd::graph::Network& network, const sd::data::Dataset& images) {
  const sd::inference::FloatExecutor executor(network);
  const float mean = network.preprocessing.mean[0], stddev = network.preprocessing.stddev[0];
  std::size_t right = 0;
  for (std::size_t i = 0; i < images.size(); ++i) {
    const sd::data::Sample sample = images.get(i);
    std::vector<float> pixels;
    for (const std::uint8_t value : sample.image.values)
      pixels.push_back((static_cast<float>(value) / 255.0F - mean) / stddev);
    right += sd::inference::argmax(executor.run(pixels)) == sample.label ? 1 : 0;
  }
  return static_cast<double>(right) / static_cast<double>(images.size());
}

void make(const std::string& file, int epochs) {
  const auto training = sd::data::generated_shapes(training_images, sd::data::shapes_train_seed);
  sd::train::Settings settings;
  settings.epochs = epochs;
  const sd::graph::Network network =
      sd::train::train(sd::zoo::shapes_network(weight_seed), *training, settings,
                       [&](const sd::train::EpochReport& e) {
                         fmt::print("epoch {:2} of {}: loss {:.4f}, training accuracy {:.2f} %\n",
                                    e.epoch, epochs, e.loss, 100 * e.accuracy);
                         std::fflush(stdout);
                       });
  sd::graph::export_onnx(network, file);
  const auto test = sd::data::generated_shapes(test_images, sd::data::shapes_test_seed);
  fmt::print("{}: accuracy {:.2f} % on {} test images\n", file,
             100 * accuracy(sd::graph::import_onnx(file), *test), test_images);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    fmt::print(stderr, "usage: train_default_network OUT.onnx [EPOCHS]\n");
    return 2;
  }
  try {
    make(argv[1], argc == 3 ? std::stoi(argv[2]) : 12);
  } catch (const std::exception& error) {
    fmt::print(stderr, "train_default_network: {}\n", error.what());
    return 2;
  }
  return 0;
}
