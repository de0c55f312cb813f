#include "dispatch.h"
const fv_kernels fv_kernels_avx512 = {0};
