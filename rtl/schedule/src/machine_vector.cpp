#include "machine_vector.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "machine_results.hpp"
#include "sdengine/pack/packed_model.hpp"

namespace sd::schedule {

namespace {

/// Places of a window along one axis that are inside: first .. last, none if first > last.
struct Inside {
  std::int64_t first = 0, last = 0;
  [[nodiscard]] std::int64_t count() const { return std::max<std::int64_t>(last - first + 1, 0); }
};
Inside inside(std::int64_t origin, std::int64_t window, std::int64_t size) {
  return {std::max<std::int64_t>(origin, 0), std::min(origin + window, size) - 1};
}

class VectorRun {
 public:
  VectorRun(const Vector& v, const design::DesignPoint& design, Buffers& buffers,
            Activity& activity)
      : v_(v),
        design_(design),
        buffers_(buffers),
        activity_(activity),
        shape_{v.channels, v.output_rows, v.output_columns, v.output_pitch},
        second_{"second operand", v.second_word, v.second_channel_words},
        uses_first_(v.maximum != 0 || v.first_multiplier != 0),
        uses_second_(v.two_operands != 0 && v.second_multiplier != 0) {}

  void run() {
    require_sound();
    std::vector<std::uint8_t> results(static_cast<std::size_t>(shape_.words() * design_.macs));
    for (std::int64_t channel = 0; channel < v_.channels; ++channel)
      for (std::int64_t y = 0; y < v_.output_rows; ++y)
        run_row(channel, y,
                &results[static_cast<std::size_t>((channel * v_.output_rows + y) * v_.output_pitch *
                                                  design_.macs)]);
    count();
    write_results(v_, shape_, results, design_, buffers_, activity_);
  }

 private:
  [[nodiscard]] Inside rows_at(std::int64_t y) const {
    return inside(v_.first_row + y * v_.stride_y, v_.window_rows, v_.tile_rows);
  }
  [[nodiscard]] Inside columns_at(std::int64_t x) const {
    return inside(x * v_.stride_x - v_.pad_left, v_.window_columns, v_.input_columns);
  }
  [[nodiscard]] std::int64_t byte_at(std::int64_t channel, std::int64_t row) const {
    return (v_.input_word + channel * v_.input_channel_words + row * v_.input_pitch) * design_.macs;
  }

  void require_sound() {
    if (v_.maximum != 0) {
      if (v_.output_multiplier != 1 || v_.output_shift != 0)
        throw ProgramFault(fmt::format(
            "output_multiplier: {} with output_shift {} is out of range; a maximum has 1 and 0",
            v_.output_multiplier, v_.output_shift));
      for (std::int64_t y = 0; y < v_.output_rows; ++y)
        for (std::int64_t x = 0; x < v_.output_columns; ++x)
          if (rows_at(y).count() * columns_at(x).count() == 0)
            throw ProgramFault(
                fmt::format("takes the maximum of nothing at row {}, column {}", y, x));
    }
    if (uses_first_) require_first_apart();
    if (uses_second_) require_apart_or_in_place(v_, shape_, second_, design_, buffers_);
  }

  /// Reads every row that a window meets, as far as a window meets it.
  void require_first_apart() {
    Inside columns{v_.input_columns, -1};
    for (std::int64_t x = 0; x < v_.output_columns; ++x) {
      if (columns_at(x).count() == 0) continue;
      columns.first = std::min(columns.first, columns_at(x).first);
      columns.last = std::max(columns.last, columns_at(x).last);
    }
    if (columns.count() == 0) return;
    std::vector<std::int64_t> rows;
    for (std::int64_t row = 0; row < v_.tile_rows; ++row)
      if (meets(row)) rows.push_back(row);
    Ranges reads;
    for (std::int64_t channel = 0; channel < v_.channels; ++channel)
      for (const std::int64_t row : rows) {
        const std::int64_t first = byte_at(channel, row) + columns.first;
        (void)buffers_.input.read(first, columns.count());
        reads.add(buffers_.input.place_of(first),
                  buffers_.input.place_of(first + columns.count() - 1));
      }
    if (!first_in_place()) require_apart(v_, shape_, reads, "input", design_, buffers_);
  }

  [[nodiscard]] bool meets(std::int64_t row) const {
    for (std::int64_t y = 0; y < v_.output_rows; ++y)
      if (rows_at(y).first <= row && row <= rows_at(y).last) return true;
    return false;
  }

  /// Every result lies where its only tap was.
  [[nodiscard]] bool first_in_place() const {
    return v_.window_rows == 1 && v_.window_columns == 1 && v_.stride_x == 1 && v_.stride_y == 1 &&
           v_.pad_left == 0 && v_.input_pitch == v_.output_pitch &&
           v_.input_word + v_.first_row * v_.input_pitch == v_.local_word &&
           (v_.channels == 1 || v_.input_channel_words == v_.local_channel_words);
  }

  void run_row(std::int64_t channel, std::int64_t y, std::uint8_t* out) {
    std::span<const std::uint8_t> second;
    if (uses_second_) second = read_companion(second_, shape_, channel, y, design_, buffers_);
    for (std::int64_t x = 0; x < v_.output_columns; ++x) {
      std::int64_t sum = 0;
      if (uses_first_) sum = taps(channel, y, x);
      if (uses_second_)
        sum += static_cast<std::int8_t>(second[static_cast<std::size_t>(x)]) * v_.second_multiplier;
      if (sum < std::numeric_limits<std::int32_t>::min() ||
          sum > std::numeric_limits<std::int32_t>::max())
        throw ProgramFault(fmt::format("accumulates {}, which 32 bits do not hold", sum));
      out[x] = static_cast<std::uint8_t>(std::clamp<std::int64_t>(
          pack::round_shift(sum * v_.output_multiplier, static_cast<int>(v_.output_shift)),
          v_.relu != 0 ? 0 : -128, 127));
    }
  }

  [[nodiscard]] std::int64_t taps(std::int64_t channel, std::int64_t y, std::int64_t x) const {
    const Inside rows = rows_at(y), columns = columns_at(x);
    std::int64_t sum = 0, largest = -128;
    for (std::int64_t row = rows.first; row <= rows.last; ++row)
      for (std::int64_t column = columns.first; column <= columns.last; ++column) {
        const auto tap = static_cast<std::int8_t>(
            buffers_.input.data()[static_cast<std::size_t>(byte_at(channel, row) + column)]);
        sum += tap;
        largest = std::max<std::int64_t>(largest, tap);
      }
    return v_.maximum != 0 ? largest : sum * v_.first_multiplier;
  }

  void count() {
    std::int64_t tap_rows = 0, tap_columns = 0;
    for (std::int64_t y = 0; y < v_.output_rows; ++y) tap_rows += rows_at(y).count();
    for (std::int64_t x = 0; x < v_.output_columns; ++x) tap_columns += columns_at(x).count();
    std::int64_t operations = tap_rows * tap_columns;
    const std::int64_t segments = (v_.output_columns + design_.macs - 1) / design_.macs;
    std::int64_t words = tap_rows * beat_words_of_a_row(segments);
    if (v_.two_operands != 0) {
      operations += v_.output_rows * v_.output_columns;
      words += v_.output_rows * segments;
    }
    activity_.vector_operations += static_cast<std::uint64_t>(v_.channels * operations);
    activity_.input_buffer_reads += static_cast<std::uint64_t>(v_.channels * words);
  }

  /// Words of the beats that read one row of the tile for one output row; rows begin on words.
  [[nodiscard]] std::int64_t beat_words_of_a_row(std::int64_t segments) const {
    std::int64_t words = 0;
    if (v_.across != 0) {
      for (std::int64_t j = 0; j < v_.window_columns; j += design_.macs)
        words += words_between(j - v_.pad_left, design_.macs, design_.macs);
      return words;
    }
    for (std::int64_t segment = 0; segment < segments; ++segment)
      for (std::int64_t j = 0; j < v_.window_columns; ++j)
        words += words_between(segment * design_.macs * v_.stride_x - v_.pad_left + j,
                               (design_.macs - 1) * v_.stride_x + 1, design_.macs);
    return words;
  }

  const Vector& v_;
  const design::DesignPoint& design_;
  Buffers& buffers_;
  Activity& activity_;
  ResultShape shape_;
  CompanionMap second_;
  bool uses_first_, uses_second_;  ///< a multiplier of 0 makes an operand irrelevant
};

}  // namespace

void run_vector(const Vector& v, const design::DesignPoint& design, Buffers& buffers,
                Activity& activity) {
  VectorRun(v, design, buffers, activity).run();
}

}  // namespace sd::schedule
