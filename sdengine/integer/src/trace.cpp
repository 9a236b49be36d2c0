#include "sdengine/integer/trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <span>
#include <stdexcept>

#include "trace_counts.hpp"

namespace sd::integer {

namespace {

std::array<std::uint8_t, 256> make_digit_table() {
  std::array<std::uint8_t, 256> table{};
  for (unsigned byte = 0; byte < table.size(); ++byte)
    for (int i = 0; i < 4; ++i) {
      const unsigned triple = byte << 1 >> (2 * i) & 7U;  // 0 and 7 are the digit 0
      if (triple != 0 && triple != 7) ++table[byte];
    }
  return table;
}

const std::array<std::uint8_t, 256> digit_table = make_digit_table();

/// Of one element of one row: sum_j sign_j * (B[j] << (levels - 1 - e_j)), rounded, not saturated.
std::int64_t unsaturated_weight(const pack::PackedLayer& layer, int filter, int row, int column) {
  const std::size_t code = (static_cast<std::size_t>(filter) * layer.layout.rows + row) *
                           static_cast<std::size_t>(layer.rank);
  const auto basis =
      static_cast<std::size_t>(layer.layout.basis_index(filter, row / layer.layout.slice_rows)) *
      static_cast<std::size_t>(layer.rank);
  std::int64_t sum = 0;
  for (int j = 0; j < layer.rank; ++j) {
    const int coefficient = layer.coefficients[code + j];
    if (coefficient == 0) continue;
    const std::int64_t element =
        layer.basis[(basis + j) * static_cast<std::size_t>(layer.layout.columns) + column];
    const std::int64_t term = element * (std::int64_t{1} << (layer.levels - std::abs(coefficient)));
    sum += coefficient < 0 ? -term : term;
  }
  return pack::round_shift(sum, layer.rebuild_shift[static_cast<std::size_t>(filter)]);
}

WeightTrace count_weights(const pack::PackedLayer& layer) {
  WeightTrace trace;
  if (layer.dense) return trace;
  for (int m = 0; m < layer.layout.filters; ++m)
    for (int row = 0; row < layer.layout.rows; ++row)
      for (int s = 0; s < layer.layout.columns; ++s) {
        const std::int64_t weight = unsaturated_weight(layer, m, row, s);
        ++trace.weights;
        trace.saturated_weights += weight < -128 || weight > 127 ? 1 : 0;
      }
  return trace;
}

}  // namespace

int booth_digits(std::int8_t value) {
  return digit_table[static_cast<std::uint8_t>(value)];
}

Trace& Trace::operator+=(const Trace& other) {
  if (other.operators.empty()) return *this;
  if (operators.empty()) return *this = other;
  if (operators.size() != other.operators.size() || weights != other.weights)
    throw std::invalid_argument(
        fmt::format("traces of two models cannot be added: {} and {} operators, or other weights",
                    operators.size(), other.operators.size()));
  images += other.images;
  for (std::size_t i = 0; i < operators.size(); ++i) {
    OperatorTrace& sum = operators[i];
    const OperatorTrace& more = other.operators[i];
    sum.rows += more.rows;
    sum.zero_rows += more.zero_rows;
    sum.values += more.values;
    sum.zero_values += more.zero_values;
    sum.booth_digits += more.booth_digits;
    sum.saturated_values += more.saturated_values;
  }
  return *this;
}

void begin_image(Trace& trace, const pack::PackedModel& model) {
  const std::size_t operators = model.network.operators.size();
  if (trace.operators.empty()) {
    trace.operators.resize(operators);
    trace.weights.resize(operators);
    for (std::size_t i = 0; i < operators; ++i)
      if (model.layers[i]) trace.weights[i] = count_weights(*model.layers[i]);
  }
  if (trace.operators.size() != operators)
    throw std::invalid_argument(
        fmt::format("a trace of {} operators cannot go on with a model of {}",
                    trace.operators.size(), operators));
  ++trace.images;
}

void count_values(OperatorTrace& trace, const graph::TensorShape& shape, const Tensor& values) {
  const auto width = static_cast<std::size_t>(shape.width);
  for (std::size_t first = 0; first < values.size(); first += width) {
    const auto row = std::span(values).subspan(first, width);
    std::int64_t zeros = 0;
    std::int64_t digits = 0;
    for (const std::int8_t value : row) {
      zeros += value == 0 ? 1 : 0;
      digits += digit_table[static_cast<std::uint8_t>(value)];
    }
    trace.rows += 1;
    trace.zero_rows += zeros == shape.width ? 1 : 0;
    trace.values += shape.width;
    trace.zero_values += zeros;
    trace.booth_digits += digits;
  }
}

}  // namespace sd::integer
