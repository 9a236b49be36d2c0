// One layer's output as the chip wrote it, against the integer reference.
#pragma once

#include <optional>

#include "rtl/schedule/program.hpp"
#include "sdengine/integer/executor.hpp"
#include "verilator_tb/simulate.hpp"

namespace sd::tb {

/// The first difference in the order channel, row, column (image, operator and layer are the
/// caller's to fill in); nothing if the tensors are equal.
[[nodiscard]] std::optional<Mismatch> first_difference(const integer::Tensor& expected,
                                                       const integer::Tensor& actual,
                                                       const graph::TensorShape& shape);

/// Bytes of a placement that are not part of the tensor (the padding of its rows) and are not zero:
/// the address of the first.
[[nodiscard]] std::optional<std::uint32_t> dirty_padding(std::span<const std::uint8_t> image,
                                                         const schedule::TensorPlacement& where);

}  // namespace sd::tb
