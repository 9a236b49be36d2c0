// Compiles a function for AVX2 and for the baseline, chosen when the program starts. All give the
// same bits: the room is compiled without contraction to fused multiply-add (room.cmake).
#pragma once

#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__clang__) && \
    !defined(__SANITIZE_THREAD__)
#define SD_MULTIVERSION __attribute__((target_clones("avx2", "default")))
/// AVX-512 too, for loops over plain vectors that gain from it.
#define SD_MULTIVERSION_WIDE __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define SD_MULTIVERSION
#define SD_MULTIVERSION_WIDE
#endif
