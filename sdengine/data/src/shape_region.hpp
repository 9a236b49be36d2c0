// The ten shapes as sets of points of the plane, in integers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sd::data {

/// Shapes fill a disc of this radius around the origin.
inline constexpr std::int64_t unit_radius = 1024;

/// In alphabetical order; the index is the class.
[[nodiscard]] const std::vector<std::string>& shape_names();

/// Is (u, v) in the filled shape?
[[nodiscard]] bool in_shape(int shape, std::int64_t u, std::int64_t v);

/// Is (u, v) in the shape less its copy shrunk to `hollow` / unit_radius? hollow = 0 is the filled
/// shape.
[[nodiscard]] bool in_outline(int shape, std::int64_t u, std::int64_t v, std::int64_t hollow);

}  // namespace sd::data
