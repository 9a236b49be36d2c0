#include "add_multiple.hpp"

#include "multiversion.hpp"

namespace sd::decompose {

SD_MULTIVERSION_WIDE void add_multiple(double* to, const double* from, double factor,
                                       std::ptrdiff_t count) {
  for (std::ptrdiff_t k = 0; k < count; ++k) to[k] += factor * from[k];
}

}  // namespace sd::decompose
