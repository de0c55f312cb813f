#define FV_IS_SCALAR
#include "dispatch.h"
#include "glove_tile.h"
#include "sgns_slice.h"

const fv_kernels fv_kernels_scalar = {.sgns = fv_sgns, .glove = fv_glove};
