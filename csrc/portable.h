/* The few things that compilers spell differently.
 *
 * Rows far ahead are prefetched into L2: into L1 each line would hold one of few miss buffers until it is there. */
#ifndef FASTVEC_PORTABLE_H
#define FASTVEC_PORTABLE_H

#if defined(_MSC_VER) && !defined(__clang__)
#include <intrin.h>
#define FV_INLINE __forceinline
#define FV_UNROLL
#if defined(_M_X64)
#define FV_PREFETCH_L2(p) _mm_prefetch((const char *)(p), _MM_HINT_T1)
#define FV_PREFETCH_L1(p) _mm_prefetch((const char *)(p), _MM_HINT_T0)
#else
#define FV_PREFETCH_L2(p) ((void)(p))
#define FV_PREFETCH_L1(p) ((void)(p))
#endif
#else
#define FV_INLINE inline __attribute__((always_inline))
#if defined(__clang__)
#define FV_UNROLL _Pragma("clang loop unroll(full)")
#else
#define FV_UNROLL _Pragma("GCC unroll 32")
#endif
#define FV_PREFETCH_L2(p) __builtin_prefetch(p, 0, 2)
#define FV_PREFETCH_L1(p) __builtin_prefetch(p, 0, 3)
#endif

#endif
