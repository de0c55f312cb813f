#include "text_scan.h"

#if defined(__SSE2__) || defined(_M_X64)
#include <emmintrin.h>
#elif defined(__aarch64__) || defined(_M_ARM64)
#include <arm_neon.h>
#endif

/* Bit i: byte i is white space; byte i is a newline. */
typedef struct {
    uint64_t space, newline;
} masks;

#if defined(__SSE2__) || defined(_M_X64)

static inline masks masks_of_64(const uint8_t *text) {
    masks m = {0, 0};
    for (int i = 0; i < 4; i++) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(text + 16 * i));
        const __m128i from_tab = _mm_sub_epi8(bytes, _mm_set1_epi8('\t')); /* \t \n \v \f \r: 0 .. 4 */
        const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(from_tab, _mm_set1_epi8(4)), from_tab);
        const __m128i space = _mm_or_si128(control, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(' ')));
        const __m128i newline = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'));
        m.space |= (uint64_t)(uint32_t)_mm_movemask_epi8(space) << 16 * i;
        m.newline |= (uint64_t)(uint32_t)_mm_movemask_epi8(newline) << 16 * i;
    }
    return m;
}

#elif defined(__aarch64__) || defined(_M_ARM64)

/* One bit a byte: weights 1 .. 128 in each group of eight, added up by pairs. */
static inline uint64_t bits_of_64(const uint8x16_t hit[4]) {
    static const uint8_t weights[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    const uint8x16_t weight = vld1q_u8(weights);
    const uint8x16_t low = vpaddq_u8(vandq_u8(hit[0], weight), vandq_u8(hit[1], weight));
    const uint8x16_t high = vpaddq_u8(vandq_u8(hit[2], weight), vandq_u8(hit[3], weight));
    const uint8x16_t sums = vpaddq_u8(low, high);
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(sums, sums)), 0);
}

static inline masks masks_of_64(const uint8_t *text) {
    uint8x16_t space[4], newline[4];
    for (int i = 0; i < 4; i++) {
        const uint8x16_t bytes = vld1q_u8(text + 16 * i);
        const uint8x16_t control = vcleq_u8(vsubq_u8(bytes, vdupq_n_u8('\t')), vdupq_n_u8(4));
        space[i] = vorrq_u8(control, vceqq_u8(bytes, vdupq_n_u8(' ')));
        newline[i] = vceqq_u8(bytes, vdupq_n_u8('\n'));
    }
    const masks m = {bits_of_64(space), bits_of_64(newline)};
    return m;
}

#else

static inline masks masks_of_64(const uint8_t *text) {
    masks m = {0, 0};
    for (int i = 0; i < 64; i++) {
        m.space |= (uint64_t)(text[i] == ' ' || (uint8_t)(text[i] - '\t') <= 4) << i;
        m.newline |= (uint64_t)(text[i] == '\n') << i;
    }
    return m;
}

#endif

/* Tokens wait here while their slots are on the way from memory. */
typedef struct {
    fv_table *table;
    int32_t *ids;
    int64_t n_ids;
    int waiting;
    fv_word words[FV_LOOKUPS];
} encoder;

static int look_up_waiting(encoder *e) {
    for (int i = 0; i < e->waiting; i++) {
        const int32_t id = fv_table_add(e->table, &e->words[i], 1);
        if (id < 0) return id;
        e->ids[e->n_ids + i] = id;
    }
    e->n_ids += e->waiting;
    e->waiting = 0;
    return 0;
}

static inline int take_token(encoder *e, const uint8_t *bytes, uint64_t length) {
    e->words[e->waiting] = fv_word_in_text(e->table->secret, bytes, length);
    FV_PREFETCH_L1(&e->table->slots[fv_home(e->table, e->words[e->waiting].hash)]);
    return ++e->waiting == FV_LOOKUPS ? look_up_waiting(e) : 0;
}

int64_t fv_encode(fv_table *table, const uint8_t *text, int64_t n, int32_t *ids, int64_t *ends, int64_t *n_ends,
                  const volatile uint8_t *stop) {
    encoder e = {.table = table, .ids = ids};
    int64_t start = 0, lines = 0;
    int error = 0;
    for (int64_t at = 0; at < n && !*stop && !error; at += 64) {
        masks m = masks_of_64(text + at);
        if (n - at < 64) { /* the text's end closes its last token, and what lies behind is nothing */
            m.newline &= ((uint64_t)1 << (n - at)) - 1;
            m.space = (m.space & (((uint64_t)1 << (n - at)) - 1)) | (uint64_t)1 << (n - at);
        }
        for (; m.space != 0 && !error; m.space &= m.space - 1) {
            const int64_t here = at + fv_lowest_bit(m.space);
            if (here > start) error = take_token(&e, text + start, (uint64_t)(here - start));
            start = here + 1;
            if (m.newline >> (here - at) & 1) ends[lines++] = e.n_ids + e.waiting;
        }
    }
    if (n > 0 && n % 64 == 0 && start < n && !*stop && !error) {
        error = take_token(&e, text + start, (uint64_t)(n - start));
    }
    if (!error) error = look_up_waiting(&e);
    *n_ends = lines;
    return error ? error : e.n_ids;
}

int64_t fv_encode_tokens(fv_table *table, const uint8_t *text, const uint32_t *sizes, int64_t n, int32_t *ids,
                         const volatile uint8_t *stop) {
    encoder e = {.table = table, .ids = ids};
    int error = 0;
    for (int64_t i = 0; i < n && !*stop && !error; i++) {
        error = take_token(&e, text, sizes[i]);
        text += sizes[i];
    }
    if (!error) error = look_up_waiting(&e);
    return error ? error : e.n_ids;
}

/* The length of the valid UTF-8 character of two to four bytes at `bytes`, of which `left` may be read; 0: invalid. */
static int decode(const uint8_t *bytes, int64_t left, uint32_t *code) {
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000}; /* below: overlong */
    const uint8_t first = bytes[0];
    const int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 0;
    if (length == 0 || length > left || first >= 0xf8) return 0;
    uint32_t c = first & (0x7fu >> length);
    for (int i = 1; i < length; i++) {
        if ((bytes[i] & 0xc0) != 0x80) return 0;
        c = c << 6 | (bytes[i] & 0x3fu);
    }
    if (c < least[length] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) return 0;
    *code = c;
    return length;
}

static inline int is_kept(const uint8_t *kept, uint32_t code) { return kept[code >> 3] >> (code & 7) & 1; }

void fv_blank_separators(uint8_t *text, int64_t n, const uint8_t *kept) {
    enum { SEPARATOR, LINE_END, PART_OF_WORD, UNDERSCORE };
    uint8_t kinds[128];
    for (uint32_t c = 0; c < 128; c++) kinds[c] = is_kept(kept, c) ? PART_OF_WORD : SEPARATOR;
    kinds['\n'] = LINE_END;
    kinds['_'] = UNDERSCORE;
    int in_word = 0;
    int64_t underscores = 0; /* behind a word, and part of it if it goes on */
    for (int64_t at = 0; at < n;) {
        uint32_t code = text[at];
        int kind, length = 1;
        if (code < 128) {
            kind = kinds[code];
        } else {
            const int valid = decode(text + at, n - at, &code);
            kind = valid && is_kept(kept, code) ? PART_OF_WORD : SEPARATOR;
            length = valid ? valid : 1;
        }
        if (kind == UNDERSCORE && in_word) {
            underscores++;
        } else {
            if (kind != PART_OF_WORD) {
                memset(text + at - underscores, ' ', (size_t)underscores);
                if (kind != LINE_END) memset(text + at, ' ', (size_t)length);
            }
            in_word = kind == PART_OF_WORD;
            underscores = 0;
        }
        at += length;
    }
    memset(text + n - underscores, ' ', (size_t)underscores);
}

int64_t fv_remap(int32_t *ids, int64_t n, int64_t *ends, int64_t n_ends, const int32_t *new_ids) {
    int64_t left = 0, i = 0;
    for (int64_t line = 0; line <= n_ends; line++) {
        const int64_t end = line < n_ends ? ends[line] : n;
        for (; i < end; i++) {
            const int32_t id = new_ids[ids[i]];
            ids[left] = id;
            left += id >= 0;
        }
        if (line < n_ends) ends[line] = left;
    }
    return left;
}
