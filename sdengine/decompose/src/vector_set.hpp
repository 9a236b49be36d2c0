// Which vector instructions the machine has, for kernels that are compiled for several sets.
#pragma once

namespace sd::decompose {

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define SD_X86_VECTOR_SETS

/// What "#pragma GCC target("avx512f,avx512dq,avx512vl")" asks for.
inline bool machine_has_avx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
}

inline bool machine_has_avx2() {
  return __builtin_cpu_supports("avx2");
}
#endif

}  // namespace sd::decompose
