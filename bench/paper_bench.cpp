// Times decompose_paper() on whole networks' shapes with random weights: one line of JSON a case.
//   paper_bench [repetitions]
#include <fmt/format.h>
#include <tbb/global_control.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>
#include <vector>

#include "sdengine/decompose/paper.hpp"

namespace {

using namespace sd::decompose;

struct Layer {
  WeightShape shape;
  std::vector<float> weights;
};

std::vector<WeightShape> resnet56() {
  std::vector<WeightShape> shapes{{16, 3, 3, 3, false}};
  int channels = 16;
  for (const int width : {16, 32, 64})
    for (int layer = 0; layer < 18; ++layer) {
      shapes.push_back({width, channels, 3, 3, false});
      channels = width;
    }
  shapes.push_back({10, 64, 1, 1, false});
  return shapes;
}

std::vector<WeightShape> vgg19() {
  std::vector<WeightShape> shapes;
  int channels = 3;
  for (const int width :
       {64, 64, 128, 128, 256, 256, 256, 256, 512, 512, 512, 512, 512, 512, 512, 512}) {
    shapes.push_back({width, channels, 3, 3, false});
    channels = width;
  }
  shapes.push_back({10, 512, 1, 1, false});
  return shapes;
}

/// Normal, with variance 2 / fan-in (He et al., 2015).
std::vector<Layer> with_weights(const std::vector<WeightShape>& shapes) {
  std::mt19937_64 random(1);
  std::vector<Layer> layers;
  for (const WeightShape& shape : shapes) {
    const int fan_in = shape.channels * shape.kernel_height * shape.kernel_width;
    std::normal_distribution<float> normal(0.0F, std::sqrt(2.0F / static_cast<float>(fan_in)));
    Layer layer{shape, std::vector<float>(static_cast<std::size_t>(shape.filters) * fan_in)};
    for (float& w : layer.weights) w = normal(random);
    layers.push_back(std::move(layer));
  }
  return layers;
}

/// Of all threads of the process.
double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

void run(const std::string& name, const std::vector<Layer>& layers, const PaperSettings& settings,
         int threads, int repetitions, double reference_cpu_seconds) {
  const tbb::global_control control(tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(threads));
  double best_cpu = 1e30;
  double best_wall = 1e30;
  double relative_error = 0;
  std::vector<LayerCounts> counts;
  for (int k = 0; k < repetitions; ++k) {
    counts.clear();
    double error = 0;
    double energy = 0;
    const double cpu = cpu_seconds();
    const auto wall = std::chrono::steady_clock::now();
    std::vector<PaperDecomposition> results;
    for (const Layer& layer : layers)
      results.push_back(decompose_paper(layer.weights, layer.shape, settings));
    best_cpu = std::min(best_cpu, cpu_seconds() - cpu);
    best_wall = std::min(
        best_wall, std::chrono::duration<double>(std::chrono::steady_clock::now() - wall).count());
    for (std::size_t i = 0; i < layers.size(); ++i) {
      double layer_energy = 0;
      for (const float w : layers[i].weights) layer_energy += static_cast<double>(w) * w;
      energy += layer_energy;
      error += layer_energy * results[i].layer.relative_error * results[i].layer.relative_error;
      counts.push_back(results[i].counts);
    }
    relative_error = std::sqrt(error / energy);
  }
  fmt::print(
      "{{\"name\": \"{}\", \"algorithm\": \"paper\", \"threshold\": {}, \"scale\": {}, "
      "\"threads\": "
      "{}, \"cpu_seconds\": {:.4f}, \"wall_seconds\": {:.4f}, \"reference_cpu_seconds\": {}, "
      "\"times_faster\": {:.0f}, \"relative_error\": {:.6f}, \"sparsity\": {:.6f}, \"CR_B8\": "
      "{:.4f}}}\n",
      name, settings.threshold, settings.scale, threads, best_cpu, best_wall, reference_cpu_seconds,
      reference_cpu_seconds / best_cpu, relative_error, reference_account(counts).sparsity(),
      reference_account(counts).ratio(8));
}

}  // namespace

int main(int argc, char** argv) {
  const int repetitions = argc > 1 ? std::max(1, std::atoi(argv[1])) : 5;
  struct Case {
    double threshold;
    bool scale;
    double reference_cpu_seconds;  ///< the public code's, best of its runs
  };
  const auto small = with_weights(resnet56());
  const auto large = with_weights(vgg19());
  for (const int threads : {1, 2}) {
    for (const auto& [threshold, scale, reference] :
         {Case{0.004, false, 3.70}, Case{0.004, true, 6.32}, Case{0.02, false, 3.46},
          Case{0.02, true, 5.73}, Case{0.05, false, 2.88}, Case{0.05, true, 5.00}}) {
      PaperSettings settings;
      settings.threshold = threshold;
      settings.scale = scale;
      run("resnet56", small, settings, threads, repetitions, reference);
    }
    PaperSettings settings;
    run("vgg19", large, settings, threads, repetitions, 71.67);
  }
}
