// From a slice's powers of two to the exponents and the basis that are stored.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "paper/slice.hpp"
#include "sdengine/decompose/decomposition.hpp"

namespace sd::decompose {

/// Counts over many slices, before anything is dropped.
struct SliceCounts {
  std::map<int, std::int64_t> magnitudes;  ///< of non-zero coefficients, by power
  std::int64_t zero_rows = 0;
  std::int64_t dropped = 0;
  void add(const SliceCounts& other);
};

/// Where one slice of a layer goes.
struct StoredSlice {
  std::span<Coefficient> coefficients;  ///< [rows][columns]
  std::span<float> basis;               ///< [columns][columns]
  std::span<std::int16_t> top_power;    ///< [columns]
  double squared_error = 0;             ///< with the basis in float
  double energy = 0;                    ///< ||A||_F^2
  int levels = 0;                       ///< largest exponent + 1; 0 if all coefficients are zero
};

/// Writes slices one after the other, with one work space.
class SliceWriter {
 public:
  explicit SliceWriter(int levels) : levels_(levels) {}

  /// The slice as it stands: in each column the largest power becomes exponent 0, and that power
  /// goes into the basis. Coefficients `levels` or more powers below the largest are dropped, and
  /// the basis is then fitted to the rest.
  void write(PaperSlice& slice, const PassRules& rules, StoredSlice& stored);

  [[nodiscard]] const SliceCounts& counts() const { return counts_; }

 private:
  void read_exponents(const PaperSlice& slice);
  void count(const PaperSlice& slice);
  void drop_small(PaperSlice& slice, const PassRules& rules);

  int levels_;
  SliceCounts counts_;
  /// Per column, `stride` apart: distance below the column's largest power plus 1, 0 for zero, with
  /// the coefficient's sign.
  std::vector<std::int16_t> exponents_;
  std::ptrdiff_t stride_ = 0;
  std::vector<int> tops_;     ///< per column: biased exponent of the largest power, 0 if empty
  std::vector<int> deepest_;  ///< per column: largest magnitude in exponents_
  std::vector<std::int16_t> used_;
  std::vector<double> raw_basis_;
};

}  // namespace sd::decompose
