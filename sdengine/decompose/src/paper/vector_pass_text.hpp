// The text of the passes. It is included once for each set of vector instructions, inside a
// namespace of its own and after a pragma that names the set: GCC cuts vectors wider than the
// target's registers to pieces before it clones or inlines anything, so that neither target_clones
// nor helpers of another target will do. No include guard, and no includes, for that reason.
//
// SD_PAPER_WIDTH is the number of doubles in a register. Sums have eight lanes in every set: row i
// belongs to lane i % 8. Where a register holds fewer, a pass goes over the rows once for each part
// of the lanes.

constexpr int lanes = 8;
constexpr int width = SD_PAPER_WIDTH;
constexpr int parts = lanes / width;
typedef double Doubles __attribute__((vector_size(width * sizeof(double))));
typedef std::int64_t Bits __attribute__((vector_size(width * sizeof(std::int64_t))));
typedef float Floats __attribute__((vector_size(width * sizeof(float))));

constexpr std::int64_t sign_bit = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t exponent_field = 0x7ff0000000000000;
constexpr std::int64_t mantissa_field = 0x000fffffffffffff;
/// Carries into the exponent if the mantissa is above 1.5: a tie goes to the lower power.
constexpr std::int64_t above_half = 0x0007ffffffffffff;

SD_PAPER_INLINE void load(Doubles& vector, const double* from) {
  std::memcpy(&vector, from, sizeof vector);
}

SD_PAPER_INLINE void store(double* to, const Doubles& vector) {
  std::memcpy(to, &vector, sizeof vector);
}

SD_PAPER_INLINE void round_to_float(Doubles& vector) {
  vector = __builtin_convertvector(__builtin_convertvector(vector, Floats), Doubles);
}

double sum_lanes(const double* v) {
  return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

/// To the nearest power of two by linear distance, clipped.
SD_PAPER_INLINE void project(Doubles& vector, std::int64_t ceiling) {
  const Bits bits = (Bits)vector;
  const Bits magnitude = bits & ~sign_bit;
  Bits power = (magnitude + above_half) & exponent_field;
  const Bits limit = Bits{} + ceiling;
  power = power > limit ? limit : power;
  vector = (Doubles)(power | (bits & sign_bit));
}

/// Bit patterns of magnitudes that are hardly told from a threshold: base .. base + near_window
/// - 1.
constexpr std::int64_t near_window = std::int64_t{1} << 31;
std::int64_t near_base(double threshold) {
  // Below it, where the threshold is off, there is nothing.
  return threshold > 0 ? std::bit_cast<std::int64_t>(threshold) - near_window / 2 : exponent_field;
}

SD_PAPER_INLINE void note_near(Bits& near, const Doubles& magnitude, std::int64_t base) {
  const Bits beyond = ((Bits)magnitude - base) & ~(near_window - 1);
  near = beyond == 0 ? Bits{} + 1 : near;
}

struct Limits {
  double element;
  double row;
  std::int64_t near_element;
  std::int64_t near_row;
};
Limits limits_of(const PassThresholds& thresholds) {
  return {thresholds.element, thresholds.row, near_base(thresholds.element),
          near_base(thresholds.row)};
}

/// What one part of the lanes adds up.
struct VectorSums {
  static constexpr int gram = 0;    ///< upper triangle, row by row: 6 sums
  static constexpr int moment = 6;  ///< 9 sums
  static constexpr int change = 15;
  static constexpr int count = 16;
  Doubles sum[count]{};
  Bits near{};
};

/// What all of them do.
struct LaneSums {
  double lane[VectorSums::count][lanes];
  bool near = false;

  void put(int part, const VectorSums& sums) {
    for (int k = 0; k < VectorSums::count; ++k)
      std::memcpy(lane[k] + part * width, &sums.sum[k], sizeof sums.sum[k]);
    std::int64_t any[width];
    std::memcpy(any, &sums.near, sizeof any);
    for (const std::int64_t one : any) near = near || one != 0;
  }
  [[nodiscard]] NormalEquations equations() const {
    NormalEquations result;
    int k = VectorSums::gram;
    for (int i = 0; i < 3; ++i)
      for (int j = i; j < 3; ++j, ++k) {
        result.gram[i][j] = sum_lanes(lane[k]);
        result.gram[j][i] = result.gram[i][j];
      }
    k = VectorSums::moment;
    for (int i = 0; i < 3; ++i)
      for (int s = 0; s < 3; ++s, ++k) result.moment[i][s] = sum_lanes(lane[k]);
    return result;
  }
  [[nodiscard]] PassSums pass_sums() const {
    return {equations(), sum_lanes(lane[VectorSums::change]), near};
  }
};

SD_PAPER_INLINE void accumulate(VectorSums& sums, const Doubles* q, const Doubles* x) {
  Doubles* const gram = sums.sum + VectorSums::gram;
  gram[0] += q[0] * q[0];
  gram[1] += q[0] * q[1];
  gram[2] += q[0] * q[2];
  gram[3] += q[1] * q[1];
  gram[4] += q[1] * q[2];
  gram[5] += q[2] * q[2];
  for (int j = 0; j < 3; ++j)
    for (int s = 0; s < 3; ++s) sums.sum[VectorSums::moment + j * 3 + s] += q[j] * x[s];
}

/// Projects q, compares it with what was held, stores it and adds it to the sums.
SD_PAPER_INLINE void take(VectorSums& sums, Doubles* q, const Doubles* x, std::int64_t ceiling,
                          const ConstColumns3& held, const Columns3& codes, std::ptrdiff_t i) {
  for (int j = 0; j < 3; ++j) {
    project(q[j], ceiling);
    Doubles before;
    load(before, held.at(j) + i);
    const Doubles change = q[j] - before;
    sums.sum[VectorSums::change] += change * change;
    store(codes.at(j) + i, q[j]);
  }
  accumulate(sums, q, x);
}

template <bool Single, bool Rows>
SD_PAPER_INLINE void solve(Doubles* c, const Doubles* x, const Matrix3& inverse,
                           const Limits& limits, Bits& near) {
  Doubles magnitude[3];
  for (int j = 0; j < 3; ++j) {
    c[j] = x[0] * inverse[0][j] + x[1] * inverse[1][j] + x[2] * inverse[2][j];
    if (Single) round_to_float(c[j]);
    magnitude[j] = (Doubles)((Bits)c[j] & ~sign_bit);
    note_near(near, magnitude[j], limits.near_element);
  }
  for (int j = 0; j < 3; ++j) c[j] = magnitude[j] >= limits.element ? c[j] : Doubles{};
  if (Rows) {
    Doubles sum = magnitude[0] + magnitude[1];
    if (Single) round_to_float(sum);
    sum += magnitude[2];
    if (Single) round_to_float(sum);
    note_near(near, sum, limits.near_row);
    for (int j = 0; j < 3; ++j) c[j] = sum >= limits.row ? c[j] : Doubles{};
  }
}

template <bool Single, bool Rows>
SD_PAPER_INLINE void solve_and_project_as(const ConstColumns3& matrix, const Matrix3& inverse,
                                          const Limits& limits, double max_c,
                                          const ConstColumns3& held, const Columns3& codes,
                                          LaneSums& result) {
  const auto ceiling = std::bit_cast<std::int64_t>(max_c);
  for (int part = 0; part < parts; ++part) {
    VectorSums sums;
    for (std::ptrdiff_t i = part * width; i < matrix.stride; i += lanes) {
      Doubles x[3];
      for (int s = 0; s < 3; ++s) load(x[s], matrix.at(s) + i);
      Doubles q[3];
      solve<Single, Rows>(q, x, inverse, limits, sums.near);
      take(sums, q, x, ceiling, held, codes, i);
    }
    result.put(part, sums);
  }
}

template <bool Rows>
SD_PAPER_INLINE void solve_coefficients_as(const ConstColumns3& matrix, const Matrix3& inverse,
                                           const Limits& limits, const Columns3& coefficients,
                                           VectorSums& sums) {
  for (std::ptrdiff_t i = 0; i < matrix.stride; i += width) {
    Doubles x[3];
    for (int s = 0; s < 3; ++s) load(x[s], matrix.at(s) + i);
    Doubles c[3];
    solve<false, Rows>(c, x, inverse, limits, sums.near);
    for (int j = 0; j < 3; ++j) store(coefficients.at(j) + i, c[j]);
  }
}

PassSums solve_and_project(ConstColumns3 matrix, const Matrix3& inverse,
                           const PassThresholds& thresholds, double max_c, ConstColumns3 held,
                           Columns3 codes) {
  LaneSums sums;
  const Limits limits = limits_of(thresholds);
  const bool rows = thresholds.row > 0;
  if (thresholds.single_precision && rows)
    solve_and_project_as<true, true>(matrix, inverse, limits, max_c, held, codes, sums);
  else if (thresholds.single_precision)
    solve_and_project_as<true, false>(matrix, inverse, limits, max_c, held, codes, sums);
  else if (rows)
    solve_and_project_as<false, true>(matrix, inverse, limits, max_c, held, codes, sums);
  else
    solve_and_project_as<false, false>(matrix, inverse, limits, max_c, held, codes, sums);
  return sums.pass_sums();
}

bool solve_coefficients(ConstColumns3 matrix, const Matrix3& inverse,
                        const PassThresholds& thresholds, Columns3 coefficients) {
  const Limits limits = limits_of(thresholds);
  VectorSums sums;
  if (thresholds.row > 0)
    solve_coefficients_as<true>(matrix, inverse, limits, coefficients, sums);
  else
    solve_coefficients_as<false>(matrix, inverse, limits, coefficients, sums);
  LaneSums any;
  any.put(0, sums);
  return any.near;
}

PassSums project_coefficients(ConstColumns3 matrix, ConstColumns3 coefficients, const Three& scale,
                              double max_c, ConstColumns3 held, Columns3 codes) {
  LaneSums result;
  const auto ceiling = std::bit_cast<std::int64_t>(max_c);
  for (int part = 0; part < parts; ++part) {
    VectorSums sums;
    for (std::ptrdiff_t i = part * width; i < matrix.stride; i += lanes) {
      Doubles x[3];
      Doubles q[3];
      for (int s = 0; s < 3; ++s) load(x[s], matrix.at(s) + i);
      for (int j = 0; j < 3; ++j) {
        load(q[j], coefficients.at(j) + i);
        q[j] *= scale[j];
      }
      take(sums, q, x, ceiling, held, codes, i);
    }
    result.put(part, sums);
  }
  return result.pass_sums();
}

NormalEquations normal_equations(ConstColumns3 matrix, ConstColumns3 codes) {
  LaneSums result;
  for (int part = 0; part < parts; ++part) {
    VectorSums sums;
    for (std::ptrdiff_t i = part * width; i < matrix.stride; i += lanes) {
      Doubles x[3];
      Doubles q[3];
      for (int s = 0; s < 3; ++s) {
        load(x[s], matrix.at(s) + i);
        load(q[s], codes.at(s) + i);
      }
      accumulate(sums, q, x);
    }
    result.put(part, sums);
  }
  return result.equations();
}

MantissaProduct mantissa_product(const double* column, std::ptrdiff_t stride) {
  // Mantissas are in [sqrt(1/2), sqrt(2)): a thousand of them stay far inside a double's range.
  constexpr std::ptrdiff_t chunk = 1000 * lanes;
  MantissaProduct result;
  for (std::ptrdiff_t begin = 0; begin < stride; begin += chunk) {
    const std::ptrdiff_t end = begin + chunk < stride ? begin + chunk : stride;
    for (int part = 0; part < parts; ++part) {
      const Doubles one = Doubles{} + 1.0;
      Doubles product = one;
      Bits nonzeros{};
      for (std::ptrdiff_t i = begin + part * width; i < end; i += lanes) {
        Doubles c;
        load(c, column + i);
        const Doubles mantissa = (Doubles)(((Bits)c & mantissa_field) | (Bits)one);
        const Doubles centred = mantissa > std::numbers::sqrt2 ? mantissa * 0.5 : mantissa;
        product *= c != 0.0 ? centred : one;
        nonzeros += c != 0.0 ? Bits{} + 1 : Bits{};
      }
      for (int lane = 0; lane < width; ++lane) {
        int exponent = 0;
        result.product = std::frexp(result.product * product[lane], &exponent);
        result.exponent += exponent;
        result.count += nonzeros[lane];
      }
    }
  }
  return result;
}

void exponents(const double* column, std::ptrdiff_t stride, std::int16_t* exponents) {
  typedef std::int16_t Shorts __attribute__((vector_size(width * sizeof(std::int16_t))));
  for (std::ptrdiff_t i = 0; i < stride; i += width) {
    Doubles c;
    load(c, column + i);
    const Shorts top = __builtin_convertvector((Bits)c >> 52, Shorts);
    std::memcpy(exponents + i, &top, sizeof top);
  }
}

double squared_residual(ConstColumns3 matrix, ConstColumns3 codes, const Matrix3& basis) {
  double lane[lanes];
  for (int part = 0; part < parts; ++part) {
    Doubles total{};
    for (std::ptrdiff_t i = part * width; i < matrix.stride; i += lanes) {
      Doubles q[3];
      for (int j = 0; j < 3; ++j) load(q[j], codes.at(j) + i);
      for (int s = 0; s < 3; ++s) {
        Doubles x;
        load(x, matrix.at(s) + i);
        const Doubles rest = x - (q[0] * basis[0][s] + q[1] * basis[1][s] + q[2] * basis[2][s]);
        total += rest * rest;
      }
    }
    store(lane + part * width, total);
  }
  return sum_lanes(lane);
}

constexpr VectorPasses passes{solve_coefficients, project_coefficients, solve_and_project,
                              normal_equations,   mantissa_product,     exponents,
                              squared_residual};
