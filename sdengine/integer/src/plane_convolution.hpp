// One channel with one filter: what a depthwise layer does for each of its channels.
#pragma once

#include <cstdint>
#include <span>

#include "sdengine/graph/network.hpp"

namespace sd::integer {

/// sums[y * output.width + x] = sum over the window's taps inside the plane of weights[r * S + s] *
/// plane[..]. `input` and `output` give heights and widths; sums must fit 32 bits.
void convolve_plane(const graph::Window& window, const graph::TensorShape& input,
                    const graph::TensorShape& output, const std::int8_t* plane,
                    const std::int16_t* weights, std::span<std::int32_t> sums);

}  // namespace sd::integer
