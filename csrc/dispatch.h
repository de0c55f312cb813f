/* Which instruction set runs: each level's library fills one table of kernels; the dispatcher picks a table. */
#ifndef FASTVEC_DISPATCH_H
#define FASTVEC_DISPATCH_H

#include <stdint.h>

#include "tile.h"
#include "word2vec.h"

#if defined(__x86_64__) || defined(_M_X64)
#define FASTVEC_X86 1
#elif defined(__aarch64__) || defined(_M_ARM64)
#define FASTVEC_ARM64 1
#endif

enum fv_level { FV_SCALAR = 0, FV_AVX2 = 1, FV_AVX512 = 2, FV_NEON = 3 };

typedef struct {
    fv_word2vec_fn word2vec; /* one slice of skip-gram or CBOW */
    fv_superstep_fns superstep; /* many at once */
    fv_tile_fn glove, log_count; /* one tile of co-occurrence counts */
} fv_kernels;

extern const fv_kernels fv_kernels_scalar, fv_kernels_avx2, fv_kernels_avx512, fv_kernels_neon;

/* Bit l is set if this processor and its system run level l. */
uint32_t fv_detect_levels(void);

/* The table of a level that fv_detect_levels() names; NULL for one that this build lacks. */
const fv_kernels *fv_kernels_of(int level);

#endif
