#include "classifiers.hpp"

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include <atomic>
#include <utility>

#include "sdengine/inference/float_executor.hpp"
#include "sdengine/integer/executor.hpp"

namespace sd::core {

Classifier float_classifier(std::string arithmetic, const graph::Network& network) {
  auto executor = std::make_shared<const inference::FloatExecutor>(network);
  return {std::move(arithmetic), [executor](const std::vector<float>& pixels) {
            return inference::argmax(executor->run(pixels));
          }};
}

Classifier integer_classifier(std::shared_ptr<const pack::PackedModel> model) {
  auto executor = std::make_shared<const integer::Executor>(std::move(model));
  return {"sd_integer", [executor](const std::vector<float>& pixels) {
            return integer::argmax(executor->run(executor->quantise_input(pixels)));
          }};
}

void require_classifier(const graph::Network& network) {
  const graph::TensorShape shape =
      network.operators[static_cast<std::size_t>(network.output())].output;
  if (shape.height == 1 && shape.width == 1) return;
  throw InputError(fmt::format(
      "network {} puts out {} x {} x {} values, not one for each class; give a classifier",
      network.name, shape.channels, shape.height, shape.width));
}

Classified classify_images(const std::vector<Classifier>& classifiers, const ImageReader& reader,
                           std::size_t count, Stages& stages) {
  Classified result;
  result.truth.resize(count);
  result.said.assign(classifiers.size(), std::vector<int>(count));
  std::vector<Digest> hashes(count);
  std::atomic<std::size_t> done{0};
  tbb::parallel_for(std::size_t{0}, count, [&](std::size_t i) {
    stages.check();
    const Example example = reader.get(i);
    hashes[i] = example.hash;
    result.truth[i] = example.label;
    for (std::size_t c = 0; c < classifiers.size(); ++c)
      result.said[c][i] = classifiers[c].classify(example.pixels);
    const std::size_t now = ++done;
    stages.update(static_cast<double>(now) / static_cast<double>(count),
                  fmt::format("image {} of {}", now, count));
  });
  result.images_hash = hash_of_images(hashes);
  return result;
}

}  // namespace sd::core
