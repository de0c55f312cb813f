#define FV_IS_SCALAR
#include "dispatch.h"
#include "glove_tile.h"
#include "log_count_tile.h"
#include "superstep.h"
#include "word2vec_slice.h"

const fv_kernels fv_kernels_scalar = {.word2vec = fv_word2vec, .superstep = FV_SUPERSTEP, .glove = fv_glove, .log_count = fv_log_count};
