#include "dispatch.h"
const fv_kernels fv_kernels_avx2 = {0};
