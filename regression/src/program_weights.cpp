#include "program_weights.hpp"

#include <algorithm>

namespace sd::regression {

namespace {

/// Bits one after the other, the least significant of a byte first.
class Bits {
 public:
  void add(std::uint64_t value, int count) {
    for (int i = 0; i < count; ++i, ++size_) {
      if (size_ % 8 == 0) bytes_.push_back(0);
      bytes_.back() = static_cast<std::uint8_t>(bytes_.back() | (value >> i & 1U) << (size_ % 8));
    }
  }
  [[nodiscard]] std::vector<std::uint8_t> bytes() const { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
  std::size_t size_ = 0;
};

class GroupMaker {
 public:
  GroupMaker(Dice& dice, const design::DesignPoint& design, const GroupShape& shape,
             ValueEvents& events)
      : dice_(dice), design_(design), events_(events) {
    group_.shape = shape;
    group_.weights.resize(static_cast<std::size_t>(shape.filters * shape.rows * shape.steps));
    const int largest_shift = std::min(31, design.levels + 3);
    for (int f = 0; f < shape.filters; ++f)
      group_.shifts.push_back(shape.kind == WeightKind::rebuilt
                                  ? dice.pick(std::max(0, design.levels - 3), largest_shift)
                                  : 0);
  }

  GroupWeights make() {
    const double missing = group_.shape.kind == WeightKind::rebuilt || dice_.chance(0.5)
                               ? dice_.pick(0, 3) * 0.25
                               : 0.0;
    const bool empty = dice_.chance(0.03);
    Bits bitmap;
    for (int row = 0; row < group_.shape.rows; ++row) {
      if (group_.shape.kind == WeightKind::rebuilt && row % group_.shape.slice_rows == 0)
        add_basis();
      const bool zero = empty || dice_.chance(missing), stored = !zero || !design_.skip_weight_rows;
      bitmap.add(stored ? 1 : 0, 1);
      if (!stored) continue;
      ++group_.stored_rows;
      add_row(row, zero);
    }
    group_.bitmap = bitmap.bytes();
    group_.words = words_.bytes();
    return std::move(group_);
  }

 private:
  int random_byte() { return dice_.chance(0.15) ? 0 : dice_.pick(-128, 127); }

  /// Slices past the last filter are zero.
  template <class PartOf>
  void add_word(PartOf part_of) {
    for (int f = 0; f < design_.slices; ++f)
      words_.add(f < group_.shape.filters ? part_of(f) : 0, design_.row_bits());
    ++group_.word_count;
  }

  void add_basis() {
    ++group_.markers;
    const int elements = design_.rank * design_.columns;
    basis_.clear();
    for (int i = 0; i < group_.shape.filters * elements; ++i) basis_.push_back(random_byte());
    for (int i = 0; i < elements; ++i)
      add_word([&](int f) {
        return static_cast<std::uint64_t>(basis_[static_cast<std::size_t>(f * elements + i)]) &
               0xffU;
      });
  }

  int& weight(int filter, int row, int step) {
    return group_.weights[static_cast<std::size_t>(
        (filter * group_.shape.rows + row) * group_.shape.steps + step)];
  }

  void add_row(int row, bool zero) {
    if (group_.shape.kind == WeightKind::rebuilt) {
      add_word([&](int f) { return zero ? 0 : random_codes(f, row); });
      return;
    }
    std::vector<int> bytes(static_cast<std::size_t>(design_.slices * design_.columns));
    for (int f = 0; f < group_.shape.filters && !zero; ++f)
      for (int s = 0; s < group_.shape.steps; ++s)
        bytes[static_cast<std::size_t>(f * design_.columns + s)] = weight(f, row, s) =
            random_byte();
    const auto byte = [&](int f, int s) {
      return static_cast<std::uint64_t>(bytes[static_cast<std::size_t>(f * design_.columns + s)]) &
             0xffU;
    };
    if (group_.shape.kind == WeightKind::bypass) {
      for (int s = 0; s < design_.columns; ++s) add_word([&](int f) { return byte(f, s); });
      return;
    }
    for (int f = 0; f < design_.slices; ++f)
      for (int s = 0; s < design_.columns; ++s) words_.add(byte(f, s), 8);
    ++group_.word_count;
  }

  /// w[s] = sat_8(round_shift(sum_j sign_j * (B[j][s] << (levels - 1 - e_j)), q))
  std::uint64_t random_codes(int filter, int row) {
    const int code_bits = design_.code_bits(), elements = design_.rank * design_.columns;
    std::uint64_t codes = 0;
    std::vector<std::int64_t> sums(static_cast<std::size_t>(group_.shape.steps));
    for (int j = 0; j < design_.rank; ++j) {
      const int magnitude = dice_.pick(0, design_.levels);
      const bool negative = magnitude > 0 && dice_.chance(0.5);
      const auto code = static_cast<std::uint64_t>(magnitude) | static_cast<std::uint64_t>(negative)
                                                                    << (code_bits - 1);
      codes |= code << (j * code_bits);
      if (magnitude == 0) continue;
      for (int s = 0; s < group_.shape.steps; ++s) {
        const std::int64_t b =
            basis_[static_cast<std::size_t>(filter * elements + j * design_.columns + s)];
        const std::int64_t term = b * (std::int64_t{1} << (design_.levels - magnitude));
        sums[static_cast<std::size_t>(s)] += negative ? -term : term;
      }
    }
    const int q = group_.shifts[static_cast<std::size_t>(filter)];
    for (int s = 0; s < group_.shape.steps; ++s) {
      weight(filter, row, s) = requantised(sums[static_cast<std::size_t>(s)], {0, 1, q}, false,
                                           ValueStage::rebuild, events_);
    }
    return codes;
  }

  Dice& dice_;
  const design::DesignPoint& design_;
  ValueEvents& events_;
  GroupWeights group_;
  std::vector<int> basis_;  ///< [filters][rank][columns] of the matrix slice at hand
  Bits words_;
};

}  // namespace

GroupWeights random_group(Dice& dice, const design::DesignPoint& design, const GroupShape& shape,
                          ValueEvents& events) {
  return GroupMaker(dice, design, shape, events).make();
}

std::vector<std::uint8_t> parameter_bytes(const GroupWeights& group,
                                          const std::vector<Stage>& stages,
                                          const design::DesignPoint& design) {
  Bits bits;
  for (int f = 0; f < design.slices; ++f) {
    if (f >= group.shape.filters) {
      bits.add(0, 64);
      continue;
    }
    const Stage& stage = stages[static_cast<std::size_t>(f)];
    bits.add(static_cast<std::uint64_t>(stage.bias), 32);
    bits.add(static_cast<std::uint64_t>(stage.multiplier), 16);
    bits.add(static_cast<std::uint64_t>(stage.shift), 8);
    bits.add(static_cast<std::uint64_t>(group.shifts[static_cast<std::size_t>(f)]), 8);
  }
  return bits.bytes();
}

}  // namespace sd::regression
