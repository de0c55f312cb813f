#include "dispatch.h"
const fv_kernels fv_kernels_neon = {0};
