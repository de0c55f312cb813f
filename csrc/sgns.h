#ifndef FASTVEC_SGNS_H
#define FASTVEC_SGNS_H
typedef void (*fv_sgns_fn)(void);
#endif
