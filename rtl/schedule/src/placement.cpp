#include "placement.hpp"

namespace sd::schedule {

namespace {

constexpr std::uint32_t map_alignment = 64;

}  // namespace

TensorPlacement Placement::map_of(int producer, const graph::TensorShape& shape) {
  return place(producer, false,
               {0, shape.channels, shape.height, shape.width, pitch_of(shape.width, design_)});
}

TensorPlacement Placement::row_of(int producer, const graph::TensorShape& shape) {
  const int width = static_cast<int>(shape.elements());
  return place(producer, true, {0, 1, 1, width, pitch_of(width, design_)});
}

TensorPlacement Placement::place(int producer, bool flat, TensorPlacement wanted) {
  const auto [place, added] = places_.try_emplace({producer, flat}, wanted);
  if (added) {
    place->second.address = end_;
    end_ = (end_ + wanted.bytes() + map_alignment - 1) / map_alignment * map_alignment;
  }
  return place->second;
}

}  // namespace sd::schedule
