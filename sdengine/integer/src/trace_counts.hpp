// What the executor does for a trace, where one is asked for.
#pragma once

#include "sdengine/integer/executor.hpp"

namespace sd::integer {

/// Counts the image and, for the first one, the model's weights.
void begin_image(Trace& trace, const pack::PackedModel& model);

/// Adds rows, zeros and digits of one operator's result.
void count_values(OperatorTrace& trace, const graph::TensorShape& shape, const Tensor& values);

}  // namespace sd::integer
