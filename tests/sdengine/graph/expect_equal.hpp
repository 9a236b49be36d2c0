// Networks compared field by field.
#pragma once

#include <gtest/gtest.h>

#include "sdengine/graph/network.hpp"

namespace sd::graph {

inline void expect_equal(const Network& a, const Network& b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.outputs, b.outputs);
  EXPECT_EQ(a.postprocessing, b.postprocessing);
  EXPECT_EQ(a.class_names, b.class_names);
  EXPECT_EQ(a.preprocessing.mean, b.preprocessing.mean);
  EXPECT_EQ(a.preprocessing.stddev, b.preprocessing.stddev);
  ASSERT_EQ(a.operators.size(), b.operators.size());
  for (std::size_t i = 0; i < a.operators.size(); ++i) {
    const Operator& x = a.operators[i];
    const Operator& y = b.operators[i];
    SCOPED_TRACE(x.name);
    EXPECT_EQ(x.kind, y.kind);
    EXPECT_EQ(x.name, y.name);
    EXPECT_EQ(x.inputs, y.inputs);
    EXPECT_EQ(x.output, y.output);
    EXPECT_EQ(x.relu, y.relu);
    EXPECT_EQ(x.clip_upper, y.clip_upper);
    EXPECT_EQ(x.window, y.window);
    EXPECT_EQ(x.groups, y.groups);
    EXPECT_EQ(x.subsample, y.subsample);
    EXPECT_EQ(x.weights, y.weights);
    EXPECT_EQ(x.bias, y.bias);
    EXPECT_EQ(x.batch_norm, y.batch_norm);
  }
}

/// And how the ONNX file names and shapes its inputs and outputs.
inline void expect_same_interface(const Network& a, const Network& b) {
  EXPECT_EQ(a.input_dims, b.input_dims);
  EXPECT_EQ(a.output_tensors, b.output_tensors);
}

}  // namespace sd::graph
