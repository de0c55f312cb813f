#include "dispatch.h"

#ifdef FASTVEC_X86
#define FV_IS_AVX2
#include "glove_tile.h"
#include "log_count_tile.h"
#include "superstep.h"
#include "word2vec_slice.h"

const fv_kernels fv_kernels_avx2 = {.word2vec = fv_word2vec, .superstep = FV_SUPERSTEP, .glove = fv_glove, .log_count = fv_log_count};
#endif
