// Times whole-network integer inference: one line of JSON.
//   integer_bench MODEL.onnx [images]
// Layers are left dense: a rebuilt weight is an 8-bit integer, so that SD layers cost the same.
// Images are noise; the check sum over all outputs tells whether two builds compute the same
// integers.
#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <random>
#include <vector>

#include "noise.hpp"
#include "sdengine/graph/onnx_import.hpp"
#include "sdengine/integer/calibrate.hpp"
#include "sdengine/integer/executor.hpp"

namespace {

using namespace sd;

double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void bench(const char* file, std::size_t count) {
  const graph::Network network = graph::import_onnx(file);
  const auto images = benchmark::noise(network.input_shape(), 32);
  const auto model = std::make_shared<const pack::PackedModel>(
      pack::pack(network, std::vector<pack::LayerChoice>(network.operators.size()),
                 integer::calibrate(network, images)));
  const integer::Executor executor(model);
  std::vector<integer::Tensor> outputs(count);
  const double cpu = cpu_seconds();
  const double wall = wall_seconds();
  tbb::parallel_for(std::size_t{0}, count, [&](std::size_t i) {
    outputs[i] = executor.run(executor.quantise_input(images[i % images.size()]));
  });
  const double cpu_used = cpu_seconds() - cpu;
  const double wall_used = wall_seconds() - wall;
  std::uint32_t sum = 2166136261U;  // FNV-1a
  for (const auto& output : outputs)
    for (const std::int8_t value : output)
      sum = (sum ^ static_cast<std::uint8_t>(value)) * 16777619U;
  const auto done = static_cast<double>(count);
  fmt::print(
      "{{\"name\": \"{}\", \"images\": {}, \"images_per_cpu_second\": {:.1f}, "
      "\"images_per_second\": {:.1f}, \"check_sum\": \"{:08x}\"}}\n",
      network.name, count, done / cpu_used, done / wall_used, sum);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    fmt::print(stderr, "integer_bench MODEL.onnx [images]\n");
    return 2;
  }
  try {
    const long count = argc > 2 ? std::strtol(argv[2], nullptr, 10) : 1000;
    if (count < 1) throw std::invalid_argument("the number of images must be at least 1");
    bench(argv[1], static_cast<std::size_t>(count));
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "integer_bench: {}\n", error.what());
    return 2;
  }
}
