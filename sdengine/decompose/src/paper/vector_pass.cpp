#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <numbers>

#include "paper/vector_pass.hpp"
#include "vector_set.hpp"

#define SD_PAPER_INLINE __attribute__((always_inline)) inline

// Vectors wider than the registers are passed by reference and inlined.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wpsabi"
#endif

namespace sd::decompose {

namespace baseline {
namespace {
#define SD_PAPER_WIDTH 2
#include "paper/vector_pass_text.hpp"
#undef SD_PAPER_WIDTH
}  // namespace
}  // namespace baseline

#ifdef SD_X86_VECTOR_SETS

#pragma GCC push_options
#pragma GCC target("avx2")
namespace avx2 {
namespace {
#define SD_PAPER_WIDTH 4
#include "paper/vector_pass_text.hpp"
#undef SD_PAPER_WIDTH
}  // namespace
}  // namespace avx2
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("avx512f,avx512dq,avx512vl")
namespace avx512 {
namespace {
#define SD_PAPER_WIDTH 8
#include "paper/vector_pass_text.hpp"
#undef SD_PAPER_WIDTH
}  // namespace
}  // namespace avx512
#pragma GCC pop_options

#endif

std::vector<const VectorPasses*> all_vector_passes() {
  std::vector<const VectorPasses*> sets;
#ifdef SD_X86_VECTOR_SETS
  if (machine_has_avx512()) sets.push_back(&avx512::passes);
  if (machine_has_avx2()) sets.push_back(&avx2::passes);
#endif
  sets.push_back(&baseline::passes);
  return sets;
}

const VectorPasses& vector_passes() {
  static const VectorPasses& widest = *all_vector_passes().front();
  return widest;
}

}  // namespace sd::decompose
