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

#include <stdint.h>

/* The number of the lowest and of the highest bit of a mask that is not 0. */
#if defined(_MSC_VER) && !defined(__clang__)
static inline int fv_lowest_bit(uint64_t mask) {
    unsigned long bit;
    _BitScanForward64(&bit, mask);
    return (int)bit;
}
static inline int fv_highest_bit(uint64_t mask) {
    unsigned long bit;
    _BitScanReverse64(&bit, mask);
    return (int)bit;
}
#else
static inline int fv_lowest_bit(uint64_t mask) { return __builtin_ctzll(mask); }
static inline int fv_highest_bit(uint64_t mask) { return 63 - __builtin_clzll(mask); }
#endif

/* The upper 64 bits of a * b; the lower ones in *low. */
static inline uint64_t fv_product(uint64_t a, uint64_t b, uint64_t *low) {
#if defined(__SIZEOF_INT128__)
    const unsigned __int128 product = (unsigned __int128)a * b;
    *low = (uint64_t)product;
    return (uint64_t)(product >> 64);
#else
    const uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
    const uint64_t mid = a1 * b0 + (a0 * b0 >> 32), other = a0 * b1 + (uint32_t)mid;
    *low = other << 32 | (uint32_t)(a0 * b0);
    return a1 * b1 + (mid >> 32) + (other >> 32);
#endif
}

#endif
