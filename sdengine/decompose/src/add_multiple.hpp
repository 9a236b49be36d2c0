// The inner loop of the fits for outputs.
#pragma once

#include <cstddef>

namespace sd::decompose {

/// to += factor * from, `count` elements.
void add_multiple(double* to, const double* from, double factor, std::ptrdiff_t count);

}  // namespace sd::decompose
