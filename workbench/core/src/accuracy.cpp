#include "accuracy.hpp"

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include <atomic>

#include "sdengine/inference/float_executor.hpp"

namespace sd::core {

AccuracyResult measure_accuracy(const Contestants& contestants, const ImageReader& reader,
                                std::size_t count, Stages& stages) {
  const inference::FloatExecutor original(contestants.original), rebuilt(contestants.rebuilt);
  std::atomic<std::size_t> original_right{0}, rebuilt_right{0}, sd_right{0}, dense_right{0},
      done{0};
  std::vector<Digest> hashes(count);
  const auto count_if = [](std::atomic<std::size_t>& counter, bool right) {
    counter += right ? 1 : 0;
  };
  tbb::parallel_for(std::size_t{0}, count, [&](std::size_t i) {
    stages.check();
    const Example example = reader.get(i);
    hashes[i] = example.hash;
    count_if(original_right, inference::argmax(original.run(example.pixels)) == example.label);
    count_if(rebuilt_right, inference::argmax(rebuilt.run(example.pixels)) == example.label);
    count_if(sd_right, integer::argmax(contestants.sd.run(
                           contestants.sd.quantise_input(example.pixels))) == example.label);
    count_if(dense_right, integer::argmax(contestants.dense.run(
                              contestants.dense.quantise_input(example.pixels))) == example.label);
    const std::size_t now = ++done;
    stages.update(static_cast<double>(now) / static_cast<double>(count),
                  fmt::format("image {} of {}", now, count));
  });
  const auto fraction = [count](std::size_t right) {
    return static_cast<double>(right) / static_cast<double>(count);
  };
  return {{count, fraction(original_right), fraction(rebuilt_right), fraction(sd_right),
           fraction(dense_right)},
          hash_of_images(hashes)};
}

}  // namespace sd::core
