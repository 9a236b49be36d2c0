// Every kind of operator, from its inputs to its result ahead of the ReLU.
#pragma once

#include <span>

#include "kernels.hpp"

namespace sd::inference {

void execute(const graph::Network& network, const graph::Operator& op,
             std::span<const std::span<const float>> inputs, std::span<float> output,
             ConvolutionScratch& scratch);

}  // namespace sd::inference
