/* A decimal number as the nearest double: exact, or left to the caller.
 *
 * w * 10^q with w below 2^53 and |q| <= 22 is one division or product of two doubles that are exact, so it is rounded once
 * (Clinger, How to Read Floating Point Numbers Accurately, 1990). For longer w the 128 upper bits of w * 10^q are bounded
 * from both sides; where both round to one double, that is the answer (as Lemire, Number Parsing at a Gigabyte per Second,
 * 2021, with a wider bound in place of a proof for each q). */
#ifndef FASTVEC_DECIMAL_H
#define FASTVEC_DECIMAL_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "portable.h"

enum { FV_LEAST_POWER = -80, FV_MOST_POWER = 60 }; /* float32 reaches from 1e-45 to 4e38; 19 digits come before a point */

/* 10^q is in [high:low, high:low + 1) * 2^exponent, and the highest bit of `high` is set. */
typedef struct {
    uint64_t high, low;
    int64_t exponent;
} fv_power;

extern fv_power fv_powers[FV_MOST_POWER - FV_LEAST_POWER + 1]; /* written when the module is loaded */

/* w * 10^q, or w + 1 times that if digits were cut off. */
typedef struct {
    uint64_t w;
    int64_t q;
    int cut;
} fv_decimal;

static inline uint64_t load_8(const uint8_t *at) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    uint64_t value = 0;
    for (int i = 0; i < 8; i++) value |= (uint64_t)at[i] << 8 * i;
    return value;
#else
    uint64_t value;
    memcpy(&value, at, 8);
    return value;
#endif
}

/* How many of eight bytes, from the lowest on, are digits, given the bytes ^ '0'. Carries only go up, beyond the first one
   that is none. */
static inline int count_digits(uint64_t digits) {
    const uint64_t others = ((digits + 0x7676767676767676) | digits) & 0x8080808080808080;
    return others == 0 ? 8 : fv_lowest_bit(others) >> 3;
}

/* The number that eight digits make, the first one in the lowest byte: pairs, then fours, then all. */
static inline uint64_t number_of_8(uint64_t digits) {
    digits = (digits & 0x0f0f0f0f0f0f0f0f) * 10 + (digits >> 8 & 0x0f0f0f0f0f0f0f0f);
    digits = (digits & 0x00ff00ff00ff00ff) * 100 + (digits >> 16 & 0x00ff00ff00ff00ff);
    return (digits & 0xffff) * 10000 + (digits >> 32 & 0xffff);
}

static inline int is_digit(uint8_t byte) { return (uint8_t)(byte - '0') < 10; }

/* Any number of digits and one point; the first 19 digits that count are kept. NULL: no digit. */
static const uint8_t *read_long(const uint8_t *at, fv_decimal *number) {
    int n = 0, any = 0, point = 0;
    *number = (fv_decimal){0, 0, 0};
    for (;; at++) {
        if (*at == '.' && !point) {
            point = 1;
            continue;
        }
        if (!is_digit(*at)) break;
        any = 1;
        if (n < 19) {
            number->w = 10 * number->w + (uint64_t)(*at - '0');
            n += number->w != 0;
            number->q -= point;
        } else {
            number->cut |= *at != '0';
            number->q += !point;
        }
    }
    return any ? at : NULL;
}

/* As read_long, and fast for up to 19 digits. */
static inline const uint8_t *read_digits(const uint8_t *at, fv_decimal *number) {
    static const uint64_t tens[9] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
    const uint8_t *const start = at;
    uint64_t w = 0;
    for (; is_digit(*at); at++) w = 10 * w + (uint64_t)(*at - '0');
    int n = (int)(at - start);
    if (at - start > 18) return read_long(start, number);
    number->q = 0;
    number->cut = 0;
    if (*at == '.') {
        at++;
        if (w == 0) n = 0; /* 0.123 */
        int found = 8;
        while (found == 8) {
            const uint64_t digits = load_8(at) ^ 0x3030303030303030;
            found = count_digits(digits);
            if (found == 0) break;
            n += found;
            if (n > 19) return read_long(start, number);
            w = w * tens[found] + number_of_8(digits << 8 * (8 - found));
            at += found;
            number->q -= found;
        }
        if (at - start == 1) return NULL;
    } else if (at == start) {
        return NULL;
    }
    number->w = w;
    return at;
}

static inline const uint8_t *read_exponent(const uint8_t *at, int64_t *q) {
    const int negative = *++at == '-';
    at += negative || *at == '+';
    if (!is_digit(*at)) return NULL;
    int64_t exponent = 0;
    for (; is_digit(*at); at++) {
        if (exponent < 1000000) exponent = 10 * exponent + (*at - '0');
    }
    *q += negative ? -exponent : exponent;
    return at;
}

/* w * 10^q for any w > 0 by integers. 0: its nearest double is not certain. */
static int nearest_double(const fv_decimal *number, double *value) {
    const fv_power *const power = &fv_powers[number->q - FV_LEAST_POWER];
    const int shift = 63 - fv_highest_bit(number->w);
    uint64_t below, mid;
    const uint64_t carried = fv_product(number->w << shift, power->low, &below);
    uint64_t high = fv_product(number->w << shift, power->high, &mid);
    mid += carried;
    high += mid < carried;
    /* the upper 128 bits are [high:mid, high:mid + 2), as the power is cut and so is `below`; digits that were cut add
       16 * 2^64, as w is at least 10^18 then and is shifted by 4 bits at most. Twice that after the shift that follows. */
    int64_t exponent = power->exponent - shift;
    if (high >> 63 == 0) {
        high = high << 1 | mid >> 63;
        mid <<= 1;
        exponent--;
    }
    const uint64_t rest = high & 0x7ff, half = 0x400;
    if (rest <= half && rest + 33 >= half) {
        const int near = (rest == half && mid == 0) || (rest == half - 1 && mid >= UINT64_MAX - 4);
        if (near || number->cut) return 0;
    }
    /* a mantissa that rounds up to 2^53 carries into the exponent */
    const uint64_t mantissa = (high >> 11) + (rest >= half) - ((uint64_t)1 << 52);
    const uint64_t bits = ((uint64_t)(exponent + 64 + 1150) << 52) + mantissa;
    memcpy(value, &bits, sizeof bits);
    return 1;
}

/* Reads a number at `at`: the bytes behind it must have one that no number holds, and seven more. Returns the byte after
   it, and its nearest float32 by way of the nearest double, as NumPy rounds. NULL: none, infinite, or not certain. */
static inline const uint8_t *fv_read_float(const uint8_t *at, float *value) {
    static const double tens[23] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const int negative = *at == '-';
    at += negative || *at == '+';
    fv_decimal number;
    at = read_digits(at, &number);
    if (at != NULL && (*at | 0x20) == 'e') at = read_exponent(at, &number.q);
    if (at == NULL) return NULL;
    double found = (double)number.w;
    if (number.w >> 53 == 0 && number.q >= -22 && number.q <= 22) {
        found = number.q < 0 ? found / tens[-number.q] : found * tens[number.q];
    } else if (number.w != 0) {
        if (number.q < FV_LEAST_POWER || number.q > FV_MOST_POWER || !nearest_double(&number, &found)) return NULL;
    }
    *value = (float)(negative ? -found : found);
    return isinf(*value) ? NULL : at;
}

#endif
