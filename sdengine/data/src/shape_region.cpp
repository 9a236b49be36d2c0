#include "shape_region.hpp"

#include <array>
#include <cstdlib>

namespace sd::data {
namespace {

constexpr std::int64_t R = unit_radius;

struct Normal {
  std::int64_t u, v;  // length unit_radius
};

/// How many of the half-planes normal . p <= distance * unit_radius hold.
template <std::size_t N>
int half_planes(const std::array<Normal, N>& normals, std::int64_t distance, std::int64_t u,
                std::int64_t v) {
  int count = 0;
  for (const Normal& n : normals) count += n.u * u + n.v * v <= distance * R ? 1 : 0;
  return count;
}

bool in_disc(std::int64_t u, std::int64_t v, std::int64_t radius) {
  return u * u + v * v <= radius * radius;
}

bool in_box(std::int64_t u, std::int64_t v, std::int64_t half_width, std::int64_t half_height) {
  return std::abs(u) <= half_width && std::abs(v) <= half_height;
}

bool arrow(std::int64_t u, std::int64_t v) {
  const bool head = u >= 100 && 900 * std::abs(v) <= 650 * (1000 - u);
  return head || (u >= -900 && u <= 100 && std::abs(v) <= 220);
}

// The origin lies in the thick part, so that the outline is hollow there.
bool crescent(std::int64_t u, std::int64_t v) {
  return in_disc(u - 500, v, 960) && !in_disc(u - 950, v, 780);
}

bool semicircle(std::int64_t u, std::int64_t v) {
  return v >= -430 && in_disc(u, v + 430, R);
}

// A pentagram is where at least four of the half-planes of its five lines hold; cos 72 degrees =
// 316 / 1024.
bool star(std::int64_t u, std::int64_t v) {
  static constexpr std::array<Normal, 5> lines{
      {{0, 1024}, {-974, 316}, {-602, -828}, {602, -828}, {974, 316}}};
  return half_planes(lines, 316, u, v) >= 4;
}

bool triangle(std::int64_t u, std::int64_t v) {
  static constexpr std::array<Normal, 3> sides{{{0, 1024}, {-887, -512}, {887, -512}}};
  return half_planes(sides, 512, u, v) == 3;
}

using Region = bool (*)(std::int64_t, std::int64_t);

constexpr std::array<Region, 10> regions{
    arrow,
    [](std::int64_t u, std::int64_t v) { return in_disc(u, v, 900); },  // circle
    crescent,
    [](std::int64_t u, std::int64_t v) {
      return in_box(u, v, 950, 290) || in_box(u, v, 290, 950);
    },                                                                      // cross
    [](std::int64_t u, std::int64_t v) { return in_disc(u, 2 * v, R); },    // ellipse
    [](std::int64_t u, std::int64_t v) { return in_box(u, v, 920, 400); },  // rectangle
    semicircle,
    [](std::int64_t u, std::int64_t v) { return in_box(u, v, 740, 740); },  // square
    star,
    triangle,
};

}  // namespace

const std::vector<std::string>& shape_names() {
  static const std::vector<std::string> names{"arrow",   "circle",    "crescent",   "cross",
                                              "ellipse", "rectangle", "semicircle", "square",
                                              "star",    "triangle"};
  return names;
}

bool in_shape(int shape, std::int64_t u, std::int64_t v) {
  return regions.at(static_cast<std::size_t>(shape))(u, v);
}

bool in_outline(int shape, std::int64_t u, std::int64_t v, std::int64_t hollow) {
  if (!in_shape(shape, u, v)) return false;
  return hollow == 0 || !in_shape(shape, u * R / hollow, v * R / hollow);
}

}  // namespace sd::data
