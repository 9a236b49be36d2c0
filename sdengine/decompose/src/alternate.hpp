// fit_matrix() without the checks, on a code book that the caller shares between matrices.
#pragma once

#include "code_book.hpp"
#include "sdengine/decompose/fit.hpp"

namespace sd::decompose {

[[nodiscard]] Fit alternate(std::span<const float> matrix, int columns, const Settings& settings,
                            const CodeBook& book);

}  // namespace sd::decompose
