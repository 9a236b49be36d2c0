#pragma once

namespace sd::decompose {

/// To float32 and back. GCC 12 drops both conversions where it turns two neighbouring ones into
/// vectors (it takes them for the identity), hence the detour.
[[nodiscard]] inline double rounded_to_float(double value) {
  const volatile float rounded = static_cast<float>(value);
  return static_cast<double>(rounded);
}

}  // namespace sd::decompose
