/* Preloaded: makes the n-th allocation of fastvec's extensions fail, and counts those that live (glibc). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
void __libc_free(void *);

#define SLOTS (1 << 16)
#define NEAR 64

static atomic_long left = -1, calls, live;
static _Atomic(void *) known[SLOTS + NEAR];

static size_t slot_of(void *p) { return (size_t)(((uintptr_t)p >> 4) * UINT64_C(0x9e3779b97f4a7c15) >> 48); }

void fail_at(long n) {
    calls = 0;
    left = n;
}
void never_fail(void) { left = -1; }
long calls_seen(void) { return calls; }
long still_live(void) { return live; }

static int is_ours(void *caller) {
    Dl_info info;
    return left >= 0 && dladdr(caller, &info) && info.dli_fname && strstr(info.dli_fname, "fastvec/kernels/");
}

static int fails(void) {
    atomic_fetch_add(&calls, 1);
    if (atomic_fetch_sub(&left, 1) != 0) return 0;
    left = 1L << 60; /* this one alone */
    errno = ENOMEM;
    return 1;
}

static void *note(void *p) {
    if (!p) return p;
    for (size_t at = slot_of(p), k = 0; k < NEAR; k++) {
        void *none = NULL;
        if (atomic_compare_exchange_strong(&known[at + k], &none, p)) {
            atomic_fetch_add(&live, 1);
            break;
        }
    }
    return p;
}

void *malloc(size_t n) {
    if (!is_ours(__builtin_return_address(0))) return __libc_malloc(n);
    return fails() ? NULL : note(__libc_malloc(n));
}

void *calloc(size_t n, size_t size) {
    if (!is_ours(__builtin_return_address(0))) return __libc_calloc(n, size);
    return fails() ? NULL : note(__libc_calloc(n, size));
}

void free(void *p) {
    if (p && live)
        for (size_t at = slot_of(p), k = 0; k < NEAR; k++) {
            void *same = p;
            if (atomic_compare_exchange_strong(&known[at + k], &same, NULL)) {
                atomic_fetch_sub(&live, 1);
                break;
            }
        }
    __libc_free(p);
}
