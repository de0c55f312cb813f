/* A float32 as a short decimal number: the first of 6, 7, 8 and 9 digits, correctly rounded or nearly so, that reads as the
   same float32. Nine always do, as their steps are far smaller than those of float32. */
#ifndef FASTVEC_FLOAT_TEXT_H
#define FASTVEC_FLOAT_TEXT_H

#include <stdlib.h>

#include "decimal.h"

enum { FV_LONGEST_FLOAT = 16 }; /* "-1.23456789e-05", and one byte */

extern double fv_tens[FV_MOST_POWER - FV_LEAST_POWER + 1]; /* 10^q, nearest; written when the module is loaded */

static inline double ten_to(int q) { return fv_tens[q - FV_LEAST_POWER]; }

static inline int reads_as(uint64_t w, int q, float value) {
    const fv_decimal number = {w, q, 0};
    double found = (double)w;
    if (q >= -22 && q <= 22) {
        found = q < 0 ? found / ten_to(-q) : found * ten_to(q);
    } else if (!nearest_double(&number, &found)) {
        return 0;
    }
    return (float)found == value;
}

/* The digits of a finite value above 0, and the power of ten of the first one. */
static inline uint64_t short_digits(float value, int *power) {
    const double v = value;
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    /* log10(2) = 78913 / 2^18: right, or one too low */
    int first = (int)((((int64_t)(bits >> 52) - 1023) * 78913) >> 18);
    first += v >= ten_to(first + 1);
    uint64_t digits = 0;
    for (int n = 6; n <= 9; n++) {
        const int q = first - n + 1;
        digits = (uint64_t)((q < 0 ? v * ten_to(-q) : v / ten_to(q)) + 0.5);
        *power = q;
        if (reads_as(digits, q, value)) break;
    }
    while (digits % 10 == 0) {
        digits /= 10;
        ++*power;
    }
    int n = 0;
    for (uint64_t rest = digits; rest != 0; rest /= 10) n++;
    *power += n - 1;
    return digits;
}

/* Writes a number as %g does with nine digits, or always with an exponent; returns what follows it. */
static uint8_t *fv_write_float(uint8_t *at, float value, int exponent) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (bits >> 31) *at++ = '-';
    if (!isfinite(value)) {
        memcpy(at, isnan(value) ? "nan" : "inf", 3);
        return at + 3;
    }
    uint8_t digits[20];
    int power = 0, n = 0;
    uint64_t number = bits << 1 == 0 ? 0 : short_digits(fabsf(value), &power);
    do digits[sizeof digits - 1 - n++] = (uint8_t)('0' + number % 10);
    while ((number /= 10) != 0);
    const uint8_t *next = digits + sizeof digits - n;
    const int fixed = !exponent && power >= -4 && power < 9;
    const int before = fixed ? power + 1 : 1; /* digits before the point */
    for (int zeros = 1 - before; zeros > 0; zeros--) {
        *at++ = '0';
        if (zeros == 1 - before) *at++ = '.';
    }
    for (int i = 0; i < n || i < before; i++) {
        if (i == before && i > 0) *at++ = '.';
        *at++ = i < n ? *next++ : '0';
    }
    if (!fixed) {
        *at++ = 'e';
        *at++ = power < 0 ? '-' : '+';
        *at++ = (uint8_t)('0' + abs(power) / 10);
        *at++ = (uint8_t)('0' + abs(power) % 10);
    }
    return at;
}

#endif
