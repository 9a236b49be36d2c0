// Simulated cycles and MACs a second of whole accelerators, as a Markdown table.
//   simulation_bench [--images N] [--model FILE.onnx] [--large]
// Whole ResNet-20 (random weights, or the file's), one command list an image, every output compared
// with the integer reference; each design with one and with two threads a simulation. --large: one
// layer on the paper's own size, 64 x 16 x 8, blocks verilated by themselves.
#include <fmt/format.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "noise.hpp"
#include "rtl/schedule/program.hpp"
#include "sdengine/decompose/decompose.hpp"
#include "sdengine/graph/onnx_import.hpp"
#include "sdengine/integer/calibrate.hpp"
#include "sdengine/integer/executor.hpp"
#include "sdengine/zoo/zoo.hpp"
#include "verilator_tb/simulate.hpp"

namespace {

using namespace sd;

design::DesignPoint array(const char* name, int size, design::MacKind kind) {
  design::DesignPoint d;
  d.name = name;
  d.slices = d.lines = d.macs = size;
  d.mac_kind = kind;
  return d;
}

std::vector<design::DesignPoint> designs() {
  auto tiling = array("small_buffers", 4, design::MacKind::parallel);
  tiling.input_buffer_bytes = 16 * 1024;
  tiling.weight_buffer_bytes = 4 * 1024;
  tiling.index_buffer_entries = 400;
  tiling.output_buffer_bytes = 2 * 1024;
  return {array("parallel 8x8x8", 8, design::MacKind::parallel),
          array("booth 8x8x8", 8, design::MacKind::booth_serial),
          array("parallel 4x4x4", 4, design::MacKind::parallel), tiling};
}

design::DesignPoint papers_size() {
  auto d = array("paper_size", 8, design::MacKind::parallel);
  d.slices = 64;
  d.lines = 16;
  d.block_segments = 8;
  d.input_buffer_bytes = 512 * 1024;
  d.weight_buffer_bytes = 256 * 1024;
  d.output_buffer_bytes = 256 * 1024;
  d.index_buffer_entries = 8192;
  return d;
}

/// Noise stands for images, a quick decomposition for a careful one: neither changes the speed
/// much.
std::shared_ptr<const pack::PackedModel> packed(const graph::Network& network,
                                                const std::vector<std::vector<float>>& images) {
  std::vector<pack::LayerChoice> choices(network.operators.size());
  decompose::Settings settings;
  settings.max_iterations = 1;
  settings.hops = 0;
  settings.prune_group = 8;
  settings.prune_energy = 0.01;
  for (std::size_t i = 0; i < choices.size(); ++i)
    if (network.operators[i].has_weights())
      choices[i].decomposition = decompose::decompose(
          network.operators[i].weights, pack::weight_shape(network, static_cast<int>(i)), settings);
  return std::make_shared<const pack::PackedModel>(
      pack::pack(network, choices, integer::calibrate(network, images)));
}

/// A convolution as large as the paper's arrays are made for.
graph::Network one_layer() {
  graph::Network network;
  network.name = "one layer";
  graph::Operator input;
  input.name = "image";
  input.output = {64, 32, 64};
  graph::Operator conv;
  conv.kind = graph::OperatorKind::convolution;
  conv.name = "conv";
  conv.inputs = {0};
  conv.output = {64, 32, 64};
  conv.window.kernel_height = conv.window.kernel_width = 3;
  conv.window.pad_top = conv.window.pad_bottom = conv.window.pad_left = conv.window.pad_right = 1;
  conv.relu = true;
  std::mt19937_64 random(2);
  std::normal_distribution<float> normal(0.0F, 0.06F);
  conv.weights.resize(std::size_t{64} * 64 * 9);
  for (float& weight : conv.weights) weight = normal(random);
  conv.bias.assign(64, 0.0F);
  network.operators = {input, conv};
  network.outputs = {1};
  network.preprocessing.mean.assign(64, 0.0F);
  network.preprocessing.stddev.assign(64, 1.0F);
  return network;
}

void bench(const design::DesignPoint& design, const graph::Network& network, std::size_t count,
           const tb::ModelOptions& options) {
  const auto pixels = benchmark::noise(network.input_shape(), count);
  const auto model = packed(network, pixels);
  const integer::Executor reference(model);
  std::vector<integer::Tensor> images;
  for (const auto& image : pixels) images.push_back(reference.quantise_input(image));
  const schedule::Program program = schedule::build_program(*model, design);
  const tb::BuiltModel built = tb::build_model(design, tb::default_cache(), {}, {}, options);
  const auto result = tb::simulate(built, program, reference, images, {}, {}, {});
  const double cycles = static_cast<double>(result.total.cycles);
  fmt::print("| {} | {} | {} | {:.1f} | {:.0f} | {:.1f} % | {:.0f} | {:.3g} | {} |\n", design.name,
             design.total_macs(), options.threads, built.build_seconds,
             cycles / static_cast<double>(images.size()),
             100 * static_cast<double>(result.total.mac_active) / (cycles * design.total_macs()),
             cycles / result.simulation_seconds,
             static_cast<double>(result.total.macs) / result.simulation_seconds,
             result.bit_exact() ? "yes" : "NO");
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t images = 10;
  std::string file;
  bool large = false;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--large") == 0)
      large = true;
    else if (i + 1 < argc && std::strcmp(argv[i], "--images") == 0)
      images = static_cast<std::size_t>(std::atoi(argv[++i]));
    else if (i + 1 < argc && std::strcmp(argv[i], "--model") == 0)
      file = argv[++i];
    else
      return fmt::print(stderr,
                        "usage: simulation_bench [--images N] [--model FILE.onnx] [--large]\n"),
             2;
  }
  try {
    fmt::print(
        "| design | MACs | threads | build s | cycles/image | MAC utilisation | cycles/s | MAC/s | "
        "bit-exact |\n");
    fmt::print("|---|---|---|---|---|---|---|---|---|\n");
    if (large) {
      const design::DesignPoint design = papers_size();
      tb::ModelOptions options;
      options.hierarchical_blocks = tb::hierarchical_blocks(design);
      bench(design, one_layer(), 1, options);
      return 0;
    }
    const graph::Network network =
        file.empty() ? sd::zoo::build("resnet20", 1) : graph::import_onnx(file);
    for (const design::DesignPoint& design : designs())
      for (const int threads : {1, 2}) {
        tb::ModelOptions options;
        options.threads = threads;
        bench(design, network, images, options);
      }
  } catch (const std::exception& error) {
    fmt::print(stderr, "simulation_bench: {}\n", error.what());
    return 1;
  }
  return 0;
}
