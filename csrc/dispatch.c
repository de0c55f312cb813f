#include "dispatch.h"

#include <stddef.h>

#ifdef FASTVEC_X86
#ifdef _MSC_VER
#include <immintrin.h>
#include <intrin.h>
static void cpuid(uint32_t leaf, uint32_t r[4]) { __cpuidex((int *)r, (int)leaf, 0); }
static uint64_t xcr0(void) { return _xgetbv(0); }
#else
#include <cpuid.h>
static void cpuid(uint32_t leaf, uint32_t r[4]) {
    if (!__get_cpuid_count(leaf, 0, &r[0], &r[1], &r[2], &r[3])) r[0] = r[1] = r[2] = r[3] = 0;
}
static uint64_t xcr0(void) {
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return ((uint64_t)high << 32) | low;
}
#endif

/* x86-64-v3 and -v4 as far as the kernels use them, and the system saving the registers (XCR0). */
uint32_t fv_detect_levels(void) {
    enum { OSXSAVE = 1u << 27, FMA = 1u << 12, AVX2 = 1u << 5, BMI1 = 1u << 3, BMI2 = 1u << 8 };
    const uint32_t avx512 = (1u << 16) | (1u << 17) | (1u << 28) | (1u << 30) | (1u << 31); /* F DQ CD BW VL */
    uint32_t one[4], seven[4], levels = 1u << FV_SCALAR;
    cpuid(1, one);
    cpuid(7, seven);
    if (!(one[2] & OSXSAVE)) return levels;
    const uint64_t saved = xcr0();
    const int v3 = (one[2] & FMA) && (seven[1] & AVX2) && (seven[1] & BMI1) && (seven[1] & BMI2);
    if (v3 && (saved & 0x06) == 0x06) levels |= 1u << FV_AVX2;
    if (v3 && (seven[1] & avx512) == avx512 && (saved & 0xe6) == 0xe6) levels |= 1u << FV_AVX512;
    return levels;
}

const fv_kernels *fv_kernels_of(int level) {
    switch (level) {
        case FV_SCALAR: return &fv_kernels_scalar;
        case FV_AVX2: return &fv_kernels_avx2;
        case FV_AVX512: return &fv_kernels_avx512;
        default: return NULL;
    }
}

#elif defined(FASTVEC_ARM64)

uint32_t fv_detect_levels(void) { return (1u << FV_SCALAR) | (1u << FV_NEON); }

const fv_kernels *fv_kernels_of(int level) {
    return level == FV_SCALAR ? &fv_kernels_scalar : level == FV_NEON ? &fv_kernels_neon : NULL;
}

#else

uint32_t fv_detect_levels(void) { return 1u << FV_SCALAR; }

const fv_kernels *fv_kernels_of(int level) { return level == FV_SCALAR ? &fv_kernels_scalar : NULL; }

#endif
