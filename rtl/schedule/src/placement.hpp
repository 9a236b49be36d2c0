// Where feature maps lie in DRAM.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "layer_geometry.hpp"

namespace sd::schedule {

/// Hands out addresses from 0 upwards. A map that several layers read has one place; a layer on the
/// chip reads what the layer before it on the chip wrote, unless it reads it in another form (a
/// fully connected layer takes one row).
class Placement {
 public:
  explicit Placement(const design::DesignPoint& design) : design_(design) {}

  /// The map that operator `producer` makes, as channels x height x pitch.
  TensorPlacement map_of(int producer, const graph::TensorShape& shape);
  /// The same values as one row.
  TensorPlacement row_of(int producer, const graph::TensorShape& shape);
  [[nodiscard]] std::uint32_t end() const { return end_; }

 private:
  TensorPlacement place(int producer, bool flat, TensorPlacement wanted);

  const design::DesignPoint& design_;
  std::map<std::pair<int, bool>, TensorPlacement> places_;
  std::uint32_t end_ = 0;
};

}  // namespace sd::schedule
