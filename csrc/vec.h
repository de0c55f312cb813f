/* One vector type for each instruction set, so that a loop body is written once.
 *
 *   FV_LANES            floats in a vector; rows are padded to FV_ROW_ALIGN floats, a multiple of every FV_LANES
 *   FV_INPUTS           rows of W_in that the dot-product block holds at once (see step.h)
 *   FV_WIDE             vectors of each row that the update holds at once
 *   vf                  the vector
 *   vf_load, vf_store   aligned or not
 *   fv_sums_of_lanes    the sums of n vectors, together: the waste to attack first is one horizontal sum each
 *   vf_total            the sum of one vector, in every lane
 *   vf_pick             a in each lane whose bit is 1, b in the others
 *   vf_positive_bits    the bits of the lanes above 0
 *   vf_rsqrt            1 / sqrt(a) for 0 < a < 1e37, to 3e-7 of its value
 *
 * A level_*.c defines exactly one of FV_IS_SCALAR, FV_IS_AVX2, FV_IS_AVX512, FV_IS_NEON before it includes this.
 */
#ifndef FASTVEC_VEC_H
#define FASTVEC_VEC_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "portable.h"

#define FV_OUTPUTS 6     /* rows of W_out a block holds: 6 = the centre and 5 negatives */
#define FV_ROW_ALIGN 16  /* floats: one cache line */

#if defined(FV_IS_AVX512)

#include <immintrin.h>
#define FV_LANES 16
#define FV_INPUTS 4 /* 4 x 6 accumulators + 4 + 1 operands of 32 registers */
#define FV_WIDE 2   /* (6 outputs, old and new, + 1 input, old and new) x 2 + 1 gradient */
typedef __m512 vf;
#define vf_load(p) _mm512_loadu_ps(p)
#define vf_store(p, a) _mm512_storeu_ps(p, a)
#define vf_set1(x) _mm512_set1_ps(x)
#define vf_add(a, b) _mm512_add_ps(a, b)
#define vf_sub(a, b) _mm512_sub_ps(a, b)
#define vf_mul(a, b) _mm512_mul_ps(a, b)
#define vf_div(a, b) _mm512_div_ps(a, b)
#define vf_fma(a, b, c) _mm512_fmadd_ps(a, b, c)
/* the second operand where either is NaN, so a NaN there comes through */
#define vf_max(a, b) _mm512_max_ps(a, b)
#define vf_round(a) _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)
#define vf_scale(a, n) _mm512_scalef_ps(a, n) /* a * 2^n for n <= 0 */
#define vf_minus_abs(a) _mm512_or_ps(a, _mm512_set1_ps(-0.0f))
#define vf_where_positive(s, a, b) _mm512_mask_blend_ps(_mm512_cmp_ps_mask(s, _mm512_setzero_ps(), _CMP_GT_OQ), b, a)
#define vf_positive_bits(a) ((uint32_t)_mm512_cmp_ps_mask(a, _mm512_setzero_ps(), _CMP_GT_OQ))
#define vf_pick(bits, a, b) _mm512_mask_blend_ps((__mmask16)(bits), b, a)

#define vf_rsqrt_guess(a) _mm512_rsqrt14_ps(a)
static FV_INLINE vf vf_total(vf a) {
    a = vf_add(a, _mm512_shuffle_f32x4(a, a, 0x4e));
    a = vf_add(a, _mm512_shuffle_f32x4(a, a, 0xb1));
    a = vf_add(a, _mm512_permute_ps(a, 0x4e));
    return vf_add(a, _mm512_permute_ps(a, 0xb1));
}

/* Each step halves the lanes of a vector and doubles the vectors in it: one shuffle, one blend (or a second
 * shuffle) and one add for two vectors, 1.5 n adds in all instead of 4 n. */
static FV_INLINE vf fv_fold8(vf a, vf b) {
    return vf_add(_mm512_mask_blend_ps(0xff00, a, b), _mm512_shuffle_f32x4(a, b, 0x4e));
}
static FV_INLINE vf fv_fold4(vf a, vf b) {
    return vf_add(_mm512_shuffle_f32x4(a, b, 0x88), _mm512_shuffle_f32x4(a, b, 0xdd));
}
static FV_INLINE vf fv_fold2(vf a, vf b) {
    return vf_add(_mm512_mask_blend_ps(0xcccc, a, b), _mm512_shuffle_ps(a, b, 0x4e));
}
static FV_INLINE vf fv_fold1(vf a, vf b) {
    return vf_add(_mm512_shuffle_ps(a, b, 0x88), _mm512_shuffle_ps(a, b, 0xdd));
}
/* 16 vectors -> the vector of their sums */
static FV_INLINE vf fv_sums_of_lanes(const vf *a, const int n) {
    const vf zero = _mm512_setzero_ps();
    vf h[8], q[4], e[2];
#define FV_AT(i) ((i) < n ? a[i] : zero)
    FV_UNROLL for (int i = 0; i < 8; i++) h[i] = 2 * i < n ? fv_fold8(FV_AT(2 * i), FV_AT(2 * i + 1)) : zero;
    FV_UNROLL for (int i = 0; i < 4; i++) q[i] = 4 * i < n ? fv_fold4(h[2 * i], h[2 * i + 1]) : zero;
    FV_UNROLL for (int i = 0; i < 2; i++) e[i] = 8 * i < n ? fv_fold2(q[2 * i], q[2 * i + 1]) : zero;
#undef FV_AT
    const vf mixed = fv_fold1(e[0], e[1]);
    /* lane 4 l + k of `mixed` holds the sum of a[4 k + l] */
    const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    return _mm512_permutexvar_ps(order, mixed);
}

#elif defined(FV_IS_AVX2)

#include <immintrin.h>
#define FV_LANES 8
#define FV_INPUTS 2 /* 2 x 6 accumulators + 2 + 1 operands of 16 registers */
#define FV_WIDE 1
typedef __m256 vf;
#define vf_load(p) _mm256_loadu_ps(p)
#define vf_store(p, a) _mm256_storeu_ps(p, a)
#define vf_set1(x) _mm256_set1_ps(x)
#define vf_add(a, b) _mm256_add_ps(a, b)
#define vf_sub(a, b) _mm256_sub_ps(a, b)
#define vf_mul(a, b) _mm256_mul_ps(a, b)
#define vf_div(a, b) _mm256_div_ps(a, b)
#define vf_fma(a, b, c) _mm256_fmadd_ps(a, b, c)
#define vf_max(a, b) _mm256_max_ps(a, b)
#define vf_round(a) _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)
#define vf_minus_abs(a) _mm256_or_ps(a, _mm256_set1_ps(-0.0f))
#define vf_where_positive(s, a, b) _mm256_blendv_ps(b, a, _mm256_cmp_ps(s, _mm256_setzero_ps(), _CMP_GT_OQ))
#define vf_positive_bits(a) ((uint32_t)_mm256_movemask_ps(_mm256_cmp_ps(a, _mm256_setzero_ps(), _CMP_GT_OQ)))
static FV_INLINE vf vf_pick(uint32_t bits, vf a, vf b) {
    const __m256i lanes = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    const __m256i set = _mm256_cmpeq_epi32(_mm256_and_si256(_mm256_set1_epi32((int32_t)bits), lanes), lanes);
    return _mm256_blendv_ps(b, a, _mm256_castsi256_ps(set));
}
static FV_INLINE vf vf_scale(vf a, vf n) {
    const __m256i exponent = _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(vf_max(n, vf_set1(-127))), _mm256_set1_epi32(127)), 23);
    return vf_mul(a, _mm256_castsi256_ps(exponent));
}
#define vf_rsqrt_guess(a) _mm256_rsqrt_ps(a)
static FV_INLINE vf vf_total(vf a) {
    a = vf_add(a, _mm256_permute2f128_ps(a, a, 0x01));
    a = vf_add(a, _mm256_permute_ps(a, 0x4e));
    return vf_add(a, _mm256_permute_ps(a, 0xb1));
}
static FV_INLINE vf fv_fold4(vf a, vf b) {
    return vf_add(_mm256_blend_ps(a, b, 0xf0), _mm256_permute2f128_ps(a, b, 0x21));
}
static FV_INLINE vf fv_fold2(vf a, vf b) {
    return vf_add(_mm256_blend_ps(a, b, 0xcc), _mm256_shuffle_ps(a, b, 0x4e));
}
static FV_INLINE vf fv_fold1(vf a, vf b) {
    return vf_add(_mm256_shuffle_ps(a, b, 0x88), _mm256_shuffle_ps(a, b, 0xdd));
}
/* 8 vectors -> the vector of their sums */
static FV_INLINE vf fv_sums_of_lanes(const vf *a, const int n) {
    const vf zero = _mm256_setzero_ps();
    vf h[4], q[2];
#define FV_AT(i) ((i) < n ? a[i] : zero)
    FV_UNROLL for (int i = 0; i < 4; i++) h[i] = 2 * i < n ? fv_fold4(FV_AT(2 * i), FV_AT(2 * i + 1)) : zero;
    FV_UNROLL for (int i = 0; i < 2; i++) q[i] = 4 * i < n ? fv_fold2(h[2 * i], h[2 * i + 1]) : zero;
#undef FV_AT
    return _mm256_permutevar8x32_ps(fv_fold1(q[0], q[1]), _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

#else /* four lanes: NEON, or what the compiler makes of plain C */

#define FV_LANES 4
#define FV_INPUTS 2
#if defined(FV_IS_NEON)
#define FV_WIDE 2 /* of 32 registers */
#else
#define FV_WIDE 1
#endif
#if defined(FV_IS_NEON)
#include <arm_neon.h>
typedef float32x4_t vf;
#define vf_load(p) vld1q_f32(p)
#define vf_store(p, a) vst1q_f32(p, a)
#define vf_set1(x) vdupq_n_f32(x)
#define vf_add(a, b) vaddq_f32(a, b)
#define vf_sub(a, b) vsubq_f32(a, b)
#define vf_mul(a, b) vmulq_f32(a, b)
#define vf_div(a, b) vdivq_f32(a, b)
#define vf_fma(a, b, c) vfmaq_f32(c, a, b)
#define vf_max(a, b) vmaxq_f32(a, b) /* NaN where either is */
#define vf_round(a) vrndnq_f32(a)
#define vf_minus_abs(a) vnegq_f32(vabsq_f32(a))
#define vf_where_positive(s, a, b) vbslq_f32(vcgtq_f32(s, vdupq_n_f32(0)), a, b)
static FV_INLINE uint32_t vf_positive_bits(vf a) {
    const uint32_t bits[4] = {1, 2, 4, 8};
    return vaddvq_u32(vandq_u32(vcgtq_f32(a, vdupq_n_f32(0)), vld1q_u32(bits)));
}
static FV_INLINE vf vf_pick(uint32_t bits, vf a, vf b) {
    const uint32_t lanes[4] = {1, 2, 4, 8};
    return vbslq_f32(vtstq_u32(vdupq_n_u32(bits), vld1q_u32(lanes)), a, b);
}
static FV_INLINE vf vf_scale(vf a, vf n) {
    const int32x4_t exponent = vshlq_n_s32(vaddq_s32(vcvtnq_s32_f32(vf_max(n, vf_set1(-127))), vdupq_n_s32(127)), 23);
    return vmulq_f32(a, vreinterpretq_f32_s32(exponent));
}
/* 8 good bits, doubled by each of vrsqrts's Newton steps; the last is vf_rsqrt's own */
static FV_INLINE vf vf_rsqrt_guess(vf a) {
    const vf y = vrsqrteq_f32(a);
    return vmulq_f32(y, vrsqrtsq_f32(vmulq_f32(a, y), y));
}
static FV_INLINE vf vf_total(vf a) { return vdupq_n_f32(vaddvq_f32(a)); }
static FV_INLINE vf fv_sums_of_lanes(const vf *a, const int n) {
    const vf zero = vdupq_n_f32(0);
    const vf low = vpaddq_f32(a[0], n > 1 ? a[1] : zero), high = vpaddq_f32(n > 2 ? a[2] : zero, n > 3 ? a[3] : zero);
    return vpaddq_f32(low, high);
}
#else /* FV_IS_SCALAR */
#if defined(__GNUC__)
typedef float vf __attribute__((vector_size(16)));
#define FV_LANEWISE(expression) vf r; for (int k = 0; k < 4; k++) r[k] = expression; return r
#define FV_LANE(a, k) (a)[k]
static FV_INLINE vf vf_set1(float x) { return (vf){x, x, x, x}; }
static FV_INLINE vf vf_add(vf a, vf b) { return a + b; }
static FV_INLINE vf vf_sub(vf a, vf b) { return a - b; }
static FV_INLINE vf vf_mul(vf a, vf b) { return a * b; }
static FV_INLINE vf vf_div(vf a, vf b) { return a / b; }
static FV_INLINE vf vf_fma(vf a, vf b, vf c) { return a * b + c; }
#else
typedef struct { float lane[4]; } vf;
#define FV_LANEWISE(expression) vf r; for (int k = 0; k < 4; k++) r.lane[k] = expression; return r
#define FV_LANE(a, k) (a).lane[k]
static FV_INLINE vf vf_set1(float x) { FV_LANEWISE(x); }
static FV_INLINE vf vf_add(vf a, vf b) { FV_LANEWISE(a.lane[k] + b.lane[k]); }
static FV_INLINE vf vf_sub(vf a, vf b) { FV_LANEWISE(a.lane[k] - b.lane[k]); }
static FV_INLINE vf vf_mul(vf a, vf b) { FV_LANEWISE(a.lane[k] * b.lane[k]); }
static FV_INLINE vf vf_div(vf a, vf b) { FV_LANEWISE(a.lane[k] / b.lane[k]); }
static FV_INLINE vf vf_fma(vf a, vf b, vf c) { FV_LANEWISE(a.lane[k] * b.lane[k] + c.lane[k]); }
#endif
static FV_INLINE vf vf_load(const float *p) { vf a; memcpy(&a, p, sizeof a); return a; }
static FV_INLINE void vf_store(float *p, vf a) { memcpy(p, &a, sizeof a); }
static FV_INLINE vf vf_max(vf a, vf b) { FV_LANEWISE(FV_LANE(a, k) > FV_LANE(b, k) ? FV_LANE(a, k) : FV_LANE(b, k)); }
static FV_INLINE vf vf_minus_abs(vf a) { FV_LANEWISE(-fabsf(FV_LANE(a, k))); }
/* adding and taking away 1.5 * 2^23 rounds to the nearest whole number */
static FV_INLINE vf vf_round(vf a) { FV_LANEWISE((FV_LANE(a, k) + 12582912.0f) - 12582912.0f); }
static FV_INLINE vf vf_where_positive(vf s, vf a, vf b) { FV_LANEWISE(FV_LANE(s, k) > 0 ? FV_LANE(a, k) : FV_LANE(b, k)); }
static FV_INLINE vf vf_pick(uint32_t bits, vf a, vf b) { FV_LANEWISE((bits >> k & 1) ? FV_LANE(a, k) : FV_LANE(b, k)); }
static FV_INLINE uint32_t vf_positive_bits(vf a) {
    uint32_t bits = 0;
    for (int k = 0; k < 4; k++) bits |= (uint32_t)(FV_LANE(a, k) > 0) << k;
    return bits;
}
static FV_INLINE float fv_scale1(float a, float n) {
    const int32_t bits = (int32_t)((uint32_t)((n > -127 ? (int32_t)n : -127) + 127) << 23);
    float power;
    memcpy(&power, &bits, 4);
    return a * power;
}
static FV_INLINE vf vf_scale(vf a, vf n) { FV_LANEWISE(fv_scale1(FV_LANE(a, k), FV_LANE(n, k))); }
static FV_INLINE vf vf_rsqrt_guess(vf a) { FV_LANEWISE(1.0f / sqrtf(FV_LANE(a, k))); }
static FV_INLINE vf vf_total(vf a) { return vf_set1((FV_LANE(a, 0) + FV_LANE(a, 1)) + (FV_LANE(a, 2) + FV_LANE(a, 3))); }
static FV_INLINE vf fv_sums_of_lanes(const vf *a, const int n) {
    FV_LANEWISE(k < n ? (FV_LANE(a[k < n ? k : 0], 0) + FV_LANE(a[k < n ? k : 0], 1)) + (FV_LANE(a[k < n ? k : 0], 2) + FV_LANE(a[k < n ? k : 0], 3)) : 0.0f);
}
#endif
#endif

/* One Newton step from a guess: y (3 - a y^2) / 2. */
static FV_INLINE vf vf_rsqrt(vf a) {
    const vf y = vf_rsqrt_guess(a);
    return vf_mul(vf_mul(vf_set1(-0.5f), y), vf_fma(vf_mul(a, y), y, vf_set1(-3.0f)));
}

/* 2^x for x <= 0, to 2e-7 of its value: x = n + f with |f| <= 1/2, and a minimax polynomial of 2^f, evaluated in
 * pairs (Estrin), because a step waits for it: in line after line (Horner) the kernel is 9 % slower. */
static FV_INLINE vf vf_exp2(vf x) {
    const vf n = vf_round(x), f = vf_sub(x, n), f2 = vf_mul(f, f);
    const vf p01 = vf_fma(vf_set1(6.9314696706e-01f), f, vf_set1(1.0000000717e+00f));
    const vf p23 = vf_fma(vf_set1(5.5507132750e-02f), f, vf_set1(2.4022119724e-01f));
    const vf p45 = vf_fma(vf_set1(1.3276471518e-03f), f, vf_set1(9.6755413306e-03f));
    return vf_scale(vf_fma(vf_fma(p45, f2, p23), f2, p01), n);
}

/* Rows in registers, FV_HELD vectors at a time: FV_CASE(N) for each number of vectors that may be left of a row. */
#if defined(FV_IS_AVX2)
#define FV_HELD 4 /* of 16 registers; twice as many vectors are held where one row is read and another one summed */
#define FV_HELD_CASES FV_CASE(1) FV_CASE(2) FV_CASE(3) FV_CASE(4)
#else
#define FV_HELD 8
#define FV_HELD_CASES FV_CASE(1) FV_CASE(2) FV_CASE(3) FV_CASE(4) FV_CASE(5) FV_CASE(6) FV_CASE(7) FV_CASE(8)
#endif
static FV_INLINE int64_t fv_held(int64_t stride, int64_t d) {
    const int64_t left = (stride - d) / FV_LANES;
    return left < FV_HELD ? left : FV_HELD;
}

#endif
