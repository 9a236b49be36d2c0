#include <fmt/format.h>

#include <algorithm>

#include "random.hpp"
#include "sdengine/data/dataset.hpp"
#include "shape_region.hpp"

namespace sd::data {
namespace {

constexpr int side = 32;
constexpr int subpixels = 4;  // per axis, for smooth edges
constexpr int pixel = 256;    // lengths below are in 1/256 of a pixel
constexpr int turn = 4096;    // cosine and sine are in 1/4096

std::int64_t integer_root(std::int64_t square) {
  std::int64_t root = 0;
  for (std::int64_t bit = std::int64_t{1} << 20; bit != 0; bit >>= 1) {
    if ((root + bit) * (root + bit) <= square) root += bit;
  }
  return root;
}

struct Pose {
  std::int64_t center_x, center_y, radius, cosine, sine, hollow;
};

Pose draw_pose(Random& random) {
  Pose pose{};
  pose.radius = random.between(15 * pixel / 2, 13 * pixel);
  // The disc of the shape may reach one pixel over the edge.
  const int low = static_cast<int>(pose.radius) - pixel;
  pose.center_x = random.between(low, side * pixel - low);
  pose.center_y = random.between(low, side * pixel - low);
  // A direction: a point of the ring between half a turn and a turn, drawn again until it lies
  // there.
  std::int64_t x = 0, y = 0, square = 0;
  do {
    x = random.between(-turn, turn);
    y = random.between(-turn, turn);
    square = x * x + y * y;
  } while (square > turn * turn || square < turn * turn / 4);
  const std::int64_t length = integer_root(square);
  pose.cosine = x * turn / length;
  pose.sine = y * turn / length;
  // Half of the shapes are filled; the others are lines of 30 to 60 % of the way from edge to
  // centre.
  const bool filled = random.between(0, 1) == 0;
  const int stroke = random.between(300, 600);
  pose.hollow = filled ? 0 : unit_radius - stroke;
  return pose;
}

/// How many of the pixel's subpixels lie in the shape.
int coverage(int shape, const Pose& pose, int x, int y) {
  int count = 0;
  for (int sub_y = 0; sub_y < subpixels; ++sub_y) {
    for (int sub_x = 0; sub_x < subpixels; ++sub_x) {
      const std::int64_t dx = x * pixel + (2 * sub_x + 1) * pixel / (2 * subpixels) - pose.center_x;
      const std::int64_t dy = y * pixel + (2 * sub_y + 1) * pixel / (2 * subpixels) - pose.center_y;
      const std::int64_t scale = pose.radius * turn / unit_radius;
      const std::int64_t u = (dx * pose.cosine + dy * pose.sine) / scale;
      const std::int64_t v = (dy * pose.cosine - dx * pose.sine) / scale;
      count += in_outline(shape, u, v, pose.hollow) ? 1 : 0;
    }
  }
  return count;
}

Image draw(int shape, Random& random) {
  const Pose pose = draw_pose(random);
  const int contrast = random.between(70, 150);
  const int dark = random.between(10, 245 - contrast);
  const bool bright_shape = random.between(0, 1) == 0;
  const int background = bright_shape ? dark : dark + contrast;
  const int difference = bright_shape ? contrast : -contrast;
  const int slope_x = random.between(-40, 40);  // grey levels from one edge to the other
  const int slope_y = random.between(-40, 40);
  const int noise = random.between(2, 24);  // standard deviation in grey levels

  Image image{1, side, side, std::vector<std::uint8_t>(side * side)};
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const std::uint64_t bits = random.next();
      int sum = 0;  // of four bytes: mean 510, standard deviation 148
      for (int byte = 0; byte < 4; ++byte) sum += static_cast<int>((bits >> (8 * byte)) & 255);
      const int value = background +
                        difference * coverage(shape, pose, x, y) / (subpixels * subpixels) +
                        slope_x * (2 * x - side) / (2 * side) +
                        slope_y * (2 * y - side) / (2 * side) + (sum - 510) * noise / 148;
      image.values[static_cast<std::size_t>(y * side + x)] =
          static_cast<std::uint8_t>(std::clamp(value, 0, 255));
    }
  }
  return image;
}

class GeneratedShapes final : public Dataset {
 public:
  GeneratedShapes(std::size_t count, std::uint64_t seed) : count_(count), seed_(seed) {}

  [[nodiscard]] std::size_t size() const override { return count_; }

  [[nodiscard]] Sample get(std::size_t index) const override {
    if (index >= count_) {
      throw DataError(fmt::format("sample {} was asked of {}", index, description()));
    }
    // Each sample has a generator of its own, seeded by a draw from the set's: any order, any
    // thread.
    Random set(seed_);
    Random random(set.next() ^ (static_cast<std::uint64_t>(index) * 0xd1342543de82ef95ULL));
    const int shape = static_cast<int>(index % shape_names().size());
    return {draw(shape, random), shape};
  }

  [[nodiscard]] const std::vector<std::string>& class_names() const override {
    return shape_names();
  }

  [[nodiscard]] std::string description() const override {
    return fmt::format("{} generated shapes (seed {})", count_, seed_);
  }

 private:
  std::size_t count_;
  std::uint64_t seed_;
};

}  // namespace

std::unique_ptr<Dataset> generated_shapes(std::size_t count, std::uint64_t seed) {
  return std::make_unique<GeneratedShapes>(count, seed);
}

}  // namespace sd::data
