// The networks that simulations are timed on.
#pragma once

#include <filesystem>
#include <memory>
#include <random>
#include <vector>

#include "noise.hpp"
#include "sdengine/decompose/decompose.hpp"
#include "sdengine/graph/onnx_import.hpp"
#include "sdengine/integer/calibrate.hpp"
#include "sdengine/pack/sd_file.hpp"
#include "sdengine/zoo/zoo.hpp"

namespace sd::benchmark {

/// Noise stands for images, a quick decomposition for a careful one: neither changes the speed
/// much.
inline std::shared_ptr<const pack::PackedModel> packed(
    const graph::Network& network, const std::vector<std::vector<float>>& images) {
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
inline graph::Network one_layer() {
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

/// ResNet-20 with random weights, or what a file holds.
inline std::shared_ptr<const pack::PackedModel> network_of(const std::filesystem::path& file) {
  if (!file.empty() && pack::looks_like_sd_file(file))
    return std::make_shared<const pack::PackedModel>(std::move(pack::load(file).model));
  const graph::Network network =
      file.empty() ? zoo::build("resnet20", 1) : graph::import_onnx(file);
  return packed(network, noise(network.input_shape(), 8));
}

}  // namespace sd::benchmark
