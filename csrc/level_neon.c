#include "dispatch.h"

#ifdef FASTVEC_ARM64
#define FV_IS_NEON
#include "glove_tile.h"
#include "sgns_slice.h"

const fv_kernels fv_kernels_neon = {.sgns = fv_sgns, .glove = fv_glove};
#endif
