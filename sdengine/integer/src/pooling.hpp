// Max and average pooling.
#pragma once

#include "sdengine/integer/executor.hpp"

namespace sd::integer {

/// `input` is the shape of `values`. Taps outside the image are not there.
[[nodiscard]] Tensor max_pool(const graph::Operator& op, const graph::TensorShape& input,
                              const Tensor& values);

/// The output stage on the sum of the taps inside the image. The number of results that saturate is
/// added to `saturated`, where it is not null.
[[nodiscard]] Tensor average_pool(const graph::Operator& op, const graph::TensorShape& input,
                                  const Tensor& values, const pack::OutputStage& stage,
                                  std::int64_t* saturated);

}  // namespace sd::integer
