// Operators that look at one element of each input at a time, or move elements. `saturated`, where
// it is not null, has the number of results that saturate added to it.
#pragma once

#include <cstdint>
#include <span>

#include "sdengine/integer/executor.hpp"

namespace sd::integer {

/// sat_8(max?(round_shift(a * k_a + b * k_b, shift)))
[[nodiscard]] Tensor add(const graph::Operator& op, const Tensor& a, const Tensor& b,
                         const pack::ElementwiseStage& stage, std::int64_t* saturated);

[[nodiscard]] Tensor concat(const graph::Operator& op, std::span<const Tensor* const> inputs,
                            const pack::ElementwiseStage& stage, std::int64_t* saturated);

[[nodiscard]] Tensor activation(const graph::Operator& op, const Tensor& values,
                                const pack::ElementwiseStage& stage, std::int64_t* saturated);

/// Every stride-th row and column; channels of zeros before and after.
[[nodiscard]] Tensor subsample_pad(const graph::Operator& op, const graph::TensorShape& input,
                                   const Tensor& values);

}  // namespace sd::integer
