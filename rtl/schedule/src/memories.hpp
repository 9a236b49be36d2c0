// The memories that commands meet in.
#pragma once

#include <cstddef>

namespace sd::schedule {

enum class Place : std::size_t { dram, input, flags, weights, index, parameters, output };
inline constexpr std::size_t place_kinds = 7;

}  // namespace sd::schedule
