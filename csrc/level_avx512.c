#include "dispatch.h"

#ifdef FASTVEC_X86
#define FV_IS_AVX512
#include "glove_tile.h"
#include "sgns_slice.h"

const fv_kernels fv_kernels_avx512 = {.sgns = fv_sgns, .glove = fv_glove};
#endif
