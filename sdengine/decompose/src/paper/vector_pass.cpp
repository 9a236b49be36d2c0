#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <numbers>

#include "paper/vector_pass.hpp"

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

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define SD_PAPER_X86_SETS

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
#ifdef SD_PAPER_X86_SETS
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    sets.push_back(&avx512::passes);
  if (__builtin_cpu_supports("avx2")) sets.push_back(&avx2::passes);
#endif
  sets.push_back(&baseline::passes);
  return sets;
}

const VectorPasses& vector_passes() {
  static const VectorPasses& widest = *all_vector_passes().front();
  return widest;
}

}  // namespace sd::decompose
