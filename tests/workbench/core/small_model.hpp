#pragma once

#include <cmath>
#include <vector>

#include "sdengine/decompose/decompose.hpp"
#include "sdengine/graph/network.hpp"
#include "sdengine/pack/sd_file.hpp"

namespace sd::test {

/// A grey 8 x 8 image -> conv 3x3 (4 filters, ReLU) -> 1x1 (6 filters) -> global average -> fully
/// connected, 3 classes. Weights are smooth functions of their index.
inline graph::Network small_network() {
  graph::Network network;
  network.name = "small";
  network.preprocessing = {{0.5F}, {0.25F}, true};
  network.class_names = {"ant", "bee", "cow"};
  const auto add = [&](graph::OperatorKind kind, const char* name, graph::TensorShape output,
                       std::size_t weights, std::size_t bias) {
    graph::Operator op;
    op.kind = kind;
    op.name = name;
    if (!network.operators.empty()) op.inputs = {static_cast<int>(network.operators.size()) - 1};
    op.output = output;
    for (std::size_t i = 0; i < weights; ++i)
      op.weights.push_back(0.4F * std::sin(1.7F * static_cast<float>(i) + 0.3F));
    for (std::size_t i = 0; i < bias; ++i) op.bias.push_back(0.05F * static_cast<float>(i));
    network.operators.push_back(op);
    return &network.operators.back();
  };
  using graph::OperatorKind;
  add(OperatorKind::input, "image", {1, 8, 8}, 0, 0);
  graph::Operator* conv = add(OperatorKind::convolution, "block/conv:1", {4, 8, 8}, 36, 4);
  conv->window.kernel_height = conv->window.kernel_width = 3;
  conv->window.pad_top = conv->window.pad_left = 1;
  conv->window.pad_bottom = conv->window.pad_right = 1;
  conv->relu = true;
  add(OperatorKind::convolution, "point", {6, 8, 8}, 24, 6);
  graph::Operator* pool = add(OperatorKind::average_pool, "pool", {6, 1, 1}, 0, 0);
  pool->window.kernel_height = pool->window.kernel_width = 8;
  add(OperatorKind::fully_connected, "fc", {3, 1, 1}, 18, 3);
  network.outputs = {4};
  return network;
}

/// The convolutions decomposed, "fc" left dense.
inline pack::PackedModel small_packed_model() {
  const graph::Network network = small_network();
  std::vector<pack::LayerChoice> choices(network.operators.size());
  for (const int index : {1, 2})
    choices[static_cast<std::size_t>(index)].decomposition =
        decompose::decompose(network.operators[static_cast<std::size_t>(index)].weights,
                             pack::weight_shape(network, index), {});
  return pack::pack(network, choices, {2.0F, 3.0F, 3.0F, 3.0F, 3.0F});
}

inline pack::Provenance small_provenance() {
  return {"small.onnx", std::string(64, 'a'), R"({"algorithm":"exact"})", "0.1.0",
          "smartdeal decompose"};
}

}  // namespace sd::test
