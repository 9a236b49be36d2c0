// What real activations do: the numbers behind skipped rows and Booth-serial multiplication
// (docs/numerics.md, "Traces").
#pragma once

#include <cstdint>
#include <vector>

namespace sd::integer {

/// Counts over the result of one operator, added up over images. A layer reads the results of its
/// operator's inputs; operator 0 is the image.
struct OperatorTrace {
  std::int64_t rows = 0;       ///< channels * height
  std::int64_t zero_rows = 0;  ///< rows whose values are all zero
  std::int64_t values = 0;
  std::int64_t zero_values = 0;
  /// Non-zero digits of the radix-4 Booth recoding of every value (four digits each).
  std::int64_t booth_digits = 0;
  /// Results that sat_8 of the operator's output stage changed; what a ReLU set to zero is none.
  std::int64_t saturated_values = 0;
  friend bool operator==(const OperatorTrace&, const OperatorTrace&) = default;
};

/// Counts over the weights of one operator: of the model, not of an image.
struct WeightTrace {
  std::int64_t weights = 0;            ///< in the matrices, padding included
  std::int64_t saturated_weights = 0;  ///< of those, rebuilt to something that sat_8 changed
  friend bool operator==(const WeightTrace&, const WeightTrace&) = default;
};

struct Trace {
  std::int64_t images = 0;
  std::vector<OperatorTrace> operators;  ///< per operator; empty before the first image
  std::vector<WeightTrace> weights;  ///< per operator; zeros without weights and for dense layers

  /// Adds the counts of other images through the same model: traces of several threads give the
  /// same sums in any order. Throws std::invalid_argument if the models cannot be the same.
  Trace& operator+=(const Trace& other);
  friend bool operator==(const Trace&, const Trace&) = default;
};

/// Non-zero digits d_i = b_(2i-1) + b_2i - 2 b_(2i+1), b_-1 = 0, i = 0 .. 3, of a signed byte:
/// value = sum of d_i 4^i.
[[nodiscard]] int booth_digits(std::int8_t value);

}  // namespace sd::integer
