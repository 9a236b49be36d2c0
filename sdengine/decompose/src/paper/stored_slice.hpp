// From a slice's powers of two to the exponents and the basis that are stored.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>

#include "paper/slice.hpp"
#include "sdengine/decompose/decomposition.hpp"
#include "sdengine/decompose/reference_account.hpp"

namespace sd::decompose {

/// Counts of many slices, added up without a look-up per coefficient.
class SliceCounts {
 public:
  void add(int power, std::int64_t count) { magnitudes_[power] += count; }
  void add_zero_rows(std::int64_t count) { zero_rows_ += count; }
  void add_dropped(std::int64_t count) { dropped_ += count; }
  void add(const SliceCounts& other);
  [[nodiscard]] const std::map<int, std::int64_t>& magnitudes() const { return magnitudes_; }
  [[nodiscard]] std::int64_t zero_rows() const { return zero_rows_; }
  [[nodiscard]] std::int64_t dropped() const { return dropped_; }

 private:
  std::map<int, std::int64_t> magnitudes_;
  std::int64_t zero_rows_ = 0;
  std::int64_t dropped_ = 0;
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

/// Writes the slice as it stands: in each column the largest power becomes exponent 0, and that
/// power goes into the basis. Coefficients `levels` or more powers below the largest are dropped,
/// and the basis is then fitted to the rest.
void store_slice(PaperSlice& slice, const PassRules& rules, int levels, StoredSlice& stored,
                 SliceCounts& counts);

}  // namespace sd::decompose
