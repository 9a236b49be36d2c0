// The output shape that an operator's fields and inputs imply.
#pragma once

#include <span>

#include "sdengine/graph/network.hpp"

namespace sd::graph {

/// Shape of `op`'s result for inputs of these shapes. Throws ImportError saying which field does
/// not fit; the sentence begins with the operator's kind and name.
[[nodiscard]] TensorShape output_shape(const Operator& op, std::span<const TensorShape> inputs);

/// Positions of a window of `kernel` (dilated) along `size`, pads included; 0 if it does not fit
/// once.
[[nodiscard]] int window_positions(int size, int kernel, int stride, int dilation, int pad_before,
                                   int pad_after);

/// Throws ImportError unless the shape is positive and has at most 2^20 channels and
/// 2^27 elements (half a gigabyte).
void require_reasonable(const TensorShape& shape, const std::string& where);

}  // namespace sd::graph
