#include "drop_search.hpp"

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include <cmath>

#include "sdengine/inference/float_executor.hpp"

namespace sd::compress {

namespace {

constexpr double lowest_ratio = 4, highest_ratio = 48;
constexpr int steps = 6;  ///< the ratio is then known to 4 %

/// Percentage points that a network loses on the images that no fit has seen.
class Loss {
 public:
  Loss(const graph::Network& original, Tensors images, std::vector<int> labels)
      : images_(std::move(images)), labels_(std::move(labels)), float_(decisions(original)) {}

  [[nodiscard]] double of(const graph::Network& network) const {
    const std::vector<int> found = decisions(network);
    int lost = 0;
    for (std::size_t i = 0; i < found.size(); ++i)
      lost += labels_.empty()
                  ? (found[i] != float_[i] ? 1 : 0)
                  : (float_[i] == labels_[i] ? 1 : 0) - (found[i] == labels_[i] ? 1 : 0);
    return 100.0 * lost / static_cast<double>(found.size());
  }

 private:
  [[nodiscard]] std::vector<int> decisions(const graph::Network& network) const {
    const inference::FloatExecutor executor(network);
    std::vector<int> result(images_.size());
    tbb::parallel_for(std::size_t{0}, images_.size(), [&](std::size_t i) {
      result[i] = inference::argmax(executor.run(images_[i]));
    });
    return result;
  }

  Tensors images_;
  std::vector<int> labels_;
  std::vector<int> float_;
};

}  // namespace

Result search_for_drop(const graph::Network& original, std::span<const std::vector<float>> images,
                       const Options& options, const Reporter& report) {
  static_cast<void>(original.output());  // one output, or the error that says so
  Tensors fitted;
  Tensors held;
  std::vector<int> held_labels;
  for (std::size_t i = 0; i < images.size(); ++i) {
    (i % 2 == 0 ? fitted : held).push_back(images[i]);
    if (i % 2 == 1 && !options.labels.empty()) held_labels.push_back(options.labels[i]);
  }
  const Loss loss(original, std::move(held), std::move(held_labels));
  Pipeline pipeline(original, fitted, options, report);
  std::optional<Result> best;
  double low = lowest_ratio, high = highest_ratio;
  std::vector<std::string> tried;
  for (int step = 0; step < steps; ++step) {
    const double ratio = std::sqrt(low * high);
    Result result = pipeline.realise(32 * pipeline.weights() / ratio,
                                     fmt::format("try {:.1f}x ({} of {})", ratio, step + 1, steps));
    const double lost = loss.of(result.network);
    tried.push_back(fmt::format("{:.2f}x loses {:.2f} points", result.ratio_b8, lost));
    if (lost <= *options.target_drop) {
      low = ratio;
      best = std::move(result);
    } else {
      high = ratio;
    }
  }
  if (!best)
    throw std::invalid_argument(
        fmt::format("no ratio from {} on loses at most {} points ({}); allow a larger target_drop",
                    lowest_ratio, *options.target_drop, fmt::join(tried, ", ")));
  best->notes.push_back(fmt::format(
      "the loss was measured as {} on every second calibration image: {}",
      options.labels.empty() ? "changed decisions" : "accuracy", fmt::join(tried, ", ")));
  return *std::move(best);
}

}  // namespace sd::compress
