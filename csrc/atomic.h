/* Whole numbers that several threads count in, and a pause between two looks at one. */
#ifndef FASTVEC_ATOMIC_H
#define FASTVEC_ATOMIC_H

#include <stdint.h>

#if defined(_MSC_VER) && !defined(__clang__)
#include <intrin.h>
static inline int64_t fv_atomic_get(volatile int64_t *at) { return _InterlockedCompareExchange64(at, 0, 0); }
static inline void fv_atomic_set(volatile int64_t *at, int64_t value) { _InterlockedExchange64(at, value); }
static inline int64_t fv_atomic_add(volatile int64_t *at, int64_t n) { return _InterlockedExchangeAdd64(at, n) + n; }
static inline int fv_atomic_swap(volatile int64_t *at, int64_t old, int64_t value) { return _InterlockedCompareExchange64(at, value, old) == old; }
#else
static inline int64_t fv_atomic_get(volatile int64_t *at) { return __atomic_load_n(at, __ATOMIC_SEQ_CST); }
static inline void fv_atomic_set(volatile int64_t *at, int64_t value) { __atomic_store_n(at, value, __ATOMIC_SEQ_CST); }
static inline int64_t fv_atomic_add(volatile int64_t *at, int64_t n) { return __atomic_add_fetch(at, n, __ATOMIC_SEQ_CST); }
static inline int fv_atomic_swap(volatile int64_t *at, int64_t old, int64_t value) {
    return __atomic_compare_exchange_n(at, &old, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}
#endif

static inline void fv_pause(void) {
#if defined(_MSC_VER) && !defined(__clang__) && defined(_M_X64)
    _mm_pause();
#elif defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__) && !defined(_MSC_VER)
    __asm__ volatile("yield");
#endif
}

#endif
