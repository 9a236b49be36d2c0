// Equality of packed models, every field of every part.
#pragma once

#include <gtest/gtest.h>

#include "sdengine/pack/packed_model.hpp"

namespace sd::pack::testing {

inline void expect_equal(const graph::Operator& a, const graph::Operator& b) {
  // Naming every field: one that is added to the struct does not go unnoticed.
  const auto& [kind, name, inputs, output, relu, clip_upper, window, groups, subsample, weights,
               bias, batch_norm] = a;
  EXPECT_EQ(kind, b.kind);
  EXPECT_EQ(name, b.name);
  EXPECT_EQ(inputs, b.inputs);
  EXPECT_EQ(output, b.output);
  EXPECT_EQ(relu, b.relu);
  EXPECT_EQ(clip_upper, b.clip_upper);
  EXPECT_EQ(window, b.window);
  EXPECT_EQ(groups, b.groups);
  EXPECT_EQ(subsample, b.subsample);
  EXPECT_EQ(weights, b.weights);
  EXPECT_EQ(bias, b.bias);
  EXPECT_EQ(batch_norm, b.batch_norm);
}

inline void expect_equal(const graph::Network& a, const graph::Network& b) {
  const auto& [name, operators, outputs, output_tensors, input_dims, postprocessing, preprocessing,
               class_names, notes] = a;
  EXPECT_EQ(name, b.name);
  EXPECT_EQ(outputs, b.outputs);
  EXPECT_EQ(output_tensors, b.output_tensors);
  EXPECT_EQ(input_dims, b.input_dims);
  EXPECT_EQ(postprocessing, b.postprocessing);
  EXPECT_EQ(preprocessing.mean, b.preprocessing.mean);
  EXPECT_EQ(preprocessing.stddev, b.preprocessing.stddev);
  EXPECT_EQ(preprocessing.from_model, b.preprocessing.from_model);
  EXPECT_EQ(class_names, b.class_names);
  EXPECT_EQ(notes, b.notes);
  ASSERT_EQ(operators.size(), b.operators.size());
  for (std::size_t i = 0; i < operators.size(); ++i) expect_equal(operators[i], b.operators[i]);
}

inline void expect_equal(const PackedLayer& a, const PackedLayer& b) {
  const auto& [shape, layout, dense, rank, levels, coefficients, basis, rebuild_shift,
               dense_weights, weight_scale, stages, relative_error, float_bias] = a;
  EXPECT_EQ(shape, b.shape);
  EXPECT_EQ(layout, b.layout);
  EXPECT_EQ(dense, b.dense);
  EXPECT_EQ(rank, b.rank);
  EXPECT_EQ(levels, b.levels);
  EXPECT_EQ(coefficients, b.coefficients);
  EXPECT_EQ(basis, b.basis);
  EXPECT_EQ(rebuild_shift, b.rebuild_shift);
  EXPECT_EQ(dense_weights, b.dense_weights);
  EXPECT_EQ(weight_scale, b.weight_scale);
  EXPECT_EQ(stages, b.stages);
  EXPECT_EQ(relative_error, b.relative_error);
  EXPECT_EQ(float_bias, b.float_bias);
}

inline void expect_equal(const PackedModel& a, const PackedModel& b) {
  const auto& [network, activation_scale, layers, elementwise] = a;
  expect_equal(network, b.network);
  EXPECT_EQ(activation_scale, b.activation_scale);
  ASSERT_EQ(layers.size(), b.layers.size());
  ASSERT_EQ(elementwise.size(), b.elementwise.size());
  for (std::size_t i = 0; i < layers.size(); ++i) {
    ASSERT_EQ(layers[i].has_value(), b.layers[i].has_value());
    if (layers[i]) expect_equal(*layers[i], *b.layers[i]);
    EXPECT_EQ(elementwise[i].multipliers, b.elementwise[i].multipliers);
    EXPECT_EQ(elementwise[i].shift, b.elementwise[i].shift);
  }
}

}  // namespace sd::pack::testing
