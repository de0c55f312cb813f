/* One step: inputs x against outputs y, a small matrix product, its sigmoids, and its two updates.
 *
 *   x.y                                 dots in blocks of rows held in registers, reduced together
 *   g = lr (label - sigmoid(x.y))       label 1 or 0 of each output
 *   x += sum_y g y,   y += sum_x g x    both from the rows as they were before the step
 *
 * Inputs may come in groups: then each group has a y[0] of its own, and the other outputs are common to all. What the
 * update of an input is added to may be another row than x: the gradient of a mean goes to the rows of the mean.
 * Rows of W_out are updated in place: see THE RACE in held.h.
 */
#ifndef FASTVEC_STEP_H
#define FASTVEC_STEP_H

#include <math.h>

#include "vec.h"

#define FV_BLOCK (FV_INPUTS * FV_OUTPUTS) /* dots in a block */
#define FV_LN2 0.69314718055994531
#define FV_LOG2E 1.44269504f
#define FV_MAX_PRODUCTS 48                /* each factor is at most 2, so 16 lanes multiply to 2^768: a double */

/* Inputs that have a first output of their own: from where the group before ends. */
typedef struct {
    int64_t end;
    int32_t word;
    float *y;
} fv_group;

/* Inputs [from, to) that do not predict this output. */
typedef struct {
    int64_t from, to, output;
} fv_exception;

typedef struct {
    float **x, **dx;    /* [inputs] rows that are read, and rows that their updates go to: often the same ones */
    float **y;          /* [outputs] rows of W_out; with groups y[0] is that of one after the other */
    const float *signs; /* [outputs + FV_LANES] +1 for label 1, -1 for label 0; then anything */
    fv_group *groups;
    int64_t n_groups;   /* 0: y[0] is common to all, too */
    fv_exception *exceptions; /* of label 0 */
    int64_t n_exceptions;
    int64_t inputs, outputs, stride;
    float learning_rate;
    int freeze_outputs;   /* y is read only */
    float *unused;        /* [stride] for what a frozen row would become */
    float *g;             /* [inputs * outputs + FV_BLOCK + FV_LANES] of input i and output j, block after block of outputs */
    float **olds;         /* [inputs] room for the inputs as they were, for several blocks */
    float **ahead;        /* [aheads] rows that a later step wants: a line of each is prefetched for each line of this */
    int64_t aheads;
} fv_step;

static FV_INLINE int64_t fv_columns(const fv_step *step, int64_t width, int64_t j0) {
    return step->outputs - j0 < width ? step->outputs - j0 : width;
}

/* The running loss: sum of max(0, -s) + log prod (1 + e); one logarithm for FV_MAX_PRODUCTS vectors. */
typedef struct {
    vf linear, product;
    int32_t products;
    double sum;
} fv_loss;

static void fv_loss_flush(fv_loss *loss) {
    float linear[FV_LANES], product[FV_LANES];
    vf_store(linear, loss->linear);
    vf_store(product, loss->product);
    double sum = 0, all = 1;
    for (int lane = 0; lane < FV_LANES; lane++) {
        sum += linear[lane];
        all *= product[lane];
    }
    loss->sum += sum * FV_LN2 + log(all);
    loss->linear = vf_set1(0);
    loss->product = vf_set1(1);
    loss->products = 0;
}

/* With s = dot for label 1, -dot for label 0, and e = exp(-|s|):  sigmoid(-s) = (s > 0 ? e : 1) / (1 + e)  and
 * -log sigmoid(s) = max(0, -s) + log(1 + e). Exact to 1e-6 for every dot: saturated pairs are trained too. Here s and
 * the linear loss count in powers of 2. The first n lanes count. */
static FV_INLINE vf fv_gradient(vf dots, vf signs, int64_t n, vf learning_rate, fv_loss *loss) {
    const uint32_t lanes = n < FV_LANES ? (1u << n) - 1 : ~0u;
    const vf one = vf_set1(1), s = vf_pick(lanes, vf_mul(vf_mul(vf_set1(FV_LOG2E), signs), dots), vf_set1(100)); /* 100: no loss */
    const vf e = vf_exp2(vf_minus_abs(s)), sum = vf_add(one, e);
    loss->linear = vf_add(loss->linear, vf_max(vf_set1(0), vf_sub(vf_set1(0), s)));
    loss->product = vf_mul(loss->product, sum);
    return vf_mul(vf_mul(learning_rate, signs), vf_div(vf_where_positive(s, e, one), sum));
}

static FV_INLINE void fv_count_products(fv_loss *loss, int32_t n) {
    loss->products += n;
    if (loss->products > FV_MAX_PRODUCTS - (FV_BLOCK + FV_LANES - 1) / FV_LANES) fv_loss_flush(loss);
}

/* The dots of X inputs and Y outputs, i * Y + j, still to be summed over their lanes; X and Y are constants wherever this is
 * inlined. */
static FV_INLINE void fv_block_dots(const int X, const int Y, const fv_step *step, int64_t i0, int64_t j0, vf *dots) {
    float *const *x = step->x + i0, *const *y = step->y + j0;
    const int64_t stride = step->stride;
    FV_UNROLL for (int k = 0; k < X * Y; k++) dots[k] = vf_set1(0);
    for (int64_t d = 0; d < stride; d += FV_LANES) {
        vf a[FV_INPUTS];
        FV_UNROLL for (int i = 0; i < X; i++) a[i] = vf_load(x[i] + d);
        FV_UNROLL for (int j = 0; j < Y; j++) {
            const vf b = vf_load(y[j] + d);
            FV_UNROLL for (int i = 0; i < X; i++) dots[i * Y + j] = vf_fma(a[i], b, dots[i * Y + j]);
        }
    }
}

/* Every shape that a block has: FV_CASE(X, Y) for X inputs and Y outputs. */
#define FV_CASES_OF(X) FV_CASE(X, 1) FV_CASE(X, 2) FV_CASE(X, 3) FV_CASE(X, 4) FV_CASE(X, 5) FV_CASE(X, 6)
#if FV_INPUTS > 2
#define FV_CASES FV_CASES_OF(1) FV_CASES_OF(2) FV_CASES_OF(3) FV_CASES_OF(4)
#else
#define FV_CASES FV_CASES_OF(1) FV_CASES_OF(2)
#endif

#define FV_NO_DOT -1e30f /* of label 0: it has neither a loss nor a gradient */

/* Of the dots of inputs i0 .. and `columns` outputs j0 .., those from the k-th on: without those of exceptions. */
static vf fv_except(const fv_step *step, vf sums, int64_t i0, int64_t j0, int64_t columns, int64_t k) {
    float dots[FV_LANES];
    vf_store(dots, sums);
    for (const fv_exception *one = step->exceptions, *end = one + step->n_exceptions; one < end; one++)
        for (int64_t i = one->from < i0 ? i0 : one->from; i < one->to; i++) {
            const int64_t j = one->output - j0, at = (i - i0) * columns + j - k;
            if (j >= 0 && j < columns && at >= 0 && at < FV_LANES) dots[at] = FV_NO_DOT;
        }
    return vf_load(dots);
}

/* The labels of a block's outputs as bits, again and again for each of its inputs. */
static FV_INLINE uint32_t fv_labels(const float *signs, int64_t columns) {
    static const uint32_t again[] = {0, 0xffffff, 0x555555, 0x249249, 0x111111, 0x108421, 0x041041};
    uint32_t row = 0;
    for (int64_t j = 0; j < columns; j += FV_LANES) row |= vf_positive_bits(vf_load(signs + j)) << j;
    return (row & ((1u << columns) - 1)) * again[columns];
}

/* g[i * Y + j] for X x Y dots. */
static FV_INLINE void fv_block_gradients(const int X, const int Y, const fv_step *step, int64_t i0, int64_t j0, uint32_t labels,
                                         float *g, fv_loss *loss) {
    vf dots[FV_BLOCK];
    fv_block_dots(X, Y, step, i0, j0, dots);
    const vf rate = vf_set1(step->learning_rate);
    FV_UNROLL for (int k = 0; k < X * Y; k += FV_LANES) {
        vf sums = fv_sums_of_lanes(dots + k, X * Y - k < FV_LANES ? X * Y - k : FV_LANES);
        if (step->n_exceptions) sums = fv_except(step, sums, i0, j0, Y, k);
        vf_store(g + k, fv_gradient(sums, vf_pick(labels >> k, vf_set1(1), vf_set1(-1)), X * Y - k, rate, loss));
    }
    fv_count_products(loss, (X * Y + FV_LANES - 1) / FV_LANES);
}

/* The widths of blocks: as few as there must be, as even as can be. */
static FV_INLINE int64_t fv_width(const fv_step *step) {
    const int64_t blocks = (step->outputs + FV_OUTPUTS - 1) / FV_OUTPUTS;
    return blocks == 1 ? step->outputs : (step->outputs + blocks - 1) / blocks;
}

#define FV_CASE(X, Y) case (X) * 8 + (Y): fv_block_gradients(X, Y, step, i0, j0, labels, g, loss); break;

/* Those of inputs [from, to) in the block of `columns` outputs from j0 on. */
static FV_INLINE void fv_gradients_of(const fv_step *step, int64_t from, int64_t to, int64_t j0, int64_t columns, uint32_t labels,
                                      fv_loss *loss) {
    for (int64_t i0 = from; i0 < to; i0 += FV_INPUTS) {
        const int64_t rows = to - i0 < FV_INPUTS ? to - i0 : FV_INPUTS;
        float *g = step->g + j0 * step->inputs + i0 * columns;
        switch (rows * 8 + columns) { FV_CASES }
    }
}

#undef FV_CASE

static void fv_gradients(const fv_step *step, int64_t width, fv_loss *loss) {
    for (int64_t j0 = 0; j0 < step->outputs; j0 += width) {
        const int64_t columns = fv_columns(step, width, j0);
        const uint32_t labels = fv_labels(step->signs + j0, columns);
        int64_t from = 0;
        for (int64_t k = 0; j0 == 0 && k < step->n_groups; from = step->groups[k++].end) {
            step->y[0] = step->groups[k].y;
            fv_gradients_of(step, from, step->groups[k].end, 0, columns, labels, loss);
        }
        fv_gradients_of(step, from, step->inputs, j0, columns, labels, loss);
    }
}

/* W vectors of inputs [from, to) and of Y outputs, from dimension d on: b are the outputs, new_b what becomes of them. The
 * inputs as they were are kept, if later blocks must read them. */
static FV_INLINE void fv_update_inputs(const int W, const int Y, const fv_step *step, float *const *x, float *const *kept,
                                       const float *g, int64_t from, int64_t to, int64_t d, const vf *b, vf *new_b) {
    float *const *dxs = step->dx;
    for (int64_t i = from; i < to; i++) {
        float *dx = dxs[i] + d;
        vf a[FV_WIDE], new_a[FV_WIDE];
        FV_UNROLL for (int w = 0; w < W; w++) a[w] = vf_load(x[i] + d + w * FV_LANES);
        FV_UNROLL for (int w = 0; w < W; w++) new_a[w] = vf_load(dx + w * FV_LANES);
        if (kept) FV_UNROLL for (int w = 0; w < W; w++) vf_store(kept[i] + d + w * FV_LANES, a[w]);
        FV_UNROLL for (int j = 0; j < Y; j++) {
            const vf gradient = vf_set1(g[i * Y + j]);
            FV_UNROLL for (int w = 0; w < W; w++) {
                new_a[w] = vf_fma(gradient, b[j * W + w], new_a[w]);
                new_b[j * W + w] = vf_fma(gradient, a[w], new_b[j * W + w]);
            }
        }
        FV_UNROLL for (int w = 0; w < W; w++) vf_store(dx + w * FV_LANES, new_a[w]);
    }
}

static FV_INLINE void fv_load_output(const int W, const float *y, vf *b, vf *new_b) {
    FV_UNROLL for (int w = 0; w < W; w++) new_b[w] = b[w] = vf_load(y + w * FV_LANES);
}

static FV_INLINE void fv_store_output(const int W, float *y, const vf *new_b) {
    FV_UNROLL for (int w = 0; w < W; w++) vf_store(y + w * FV_LANES, new_b[w]);
}

/* W vectors of a block's update: every row is read and written once. */
static FV_INLINE void fv_update_part(const int W, const int Y, const fv_step *step, float *const *x, float *const *kept, int64_t j0, int64_t d) {
    float *const *y = step->y + j0;
    const float *g = step->g + j0 * step->inputs;
    const int64_t aheads = j0 == 0 ? step->aheads : 0, n_groups = j0 == 0 ? step->n_groups : 0;
    const int frozen = step->freeze_outputs, first = n_groups > 0;
    for (int64_t r = 0; r < aheads && d % FV_ROW_ALIGN == 0; r++)
        FV_UNROLL for (int w = 0; w < W * FV_LANES; w += FV_ROW_ALIGN) FV_PREFETCH_L2(step->ahead[r] + d + w);
    vf b[FV_OUTPUTS * FV_WIDE], new_b[FV_OUTPUTS * FV_WIDE];
    FV_UNROLL for (int j = 0; j < Y; j++) fv_load_output(W, y[j] + d, b + j * W, new_b + j * W);
    if (!first) fv_update_inputs(W, Y, step, x, kept, g, 0, step->inputs, d, b, new_b);
    for (int64_t k = 0, from = 0; k < n_groups; from = step->groups[k++].end) {
        float *own = step->groups[k].y + d;
        fv_load_output(W, own, b, new_b);
        fv_update_inputs(W, Y, step, x, kept, g, from, step->groups[k].end, d, b, new_b);
        if (!frozen) fv_store_output(W, own, new_b);
    }
    if (frozen) return;
    if (!first) fv_store_output(W, y[0] + d, new_b);
    FV_UNROLL for (int j = 1; j < Y; j++) fv_store_output(W, y[j] + d, new_b + j * W);
}

/* dx += g y and y += g x over one block of Y outputs: one pass over the dimensions, reading the old rows and writing
 * the new ones. */
static FV_INLINE void fv_block_update(const int Y, const fv_step *step, float *const *x, float *const *kept, int64_t j0) {
    int64_t d = 0;
    for (; d + FV_WIDE * FV_LANES <= step->stride; d += FV_WIDE * FV_LANES) fv_update_part(FV_WIDE, Y, step, x, kept, j0, d);
    for (; d < step->stride; d += FV_LANES) fv_update_part(1, Y, step, x, kept, j0, d);
}

/* The first of several blocks changes rows which the next must read as they were. */
static void fv_update(const fv_step *step, int64_t width) {
    for (int64_t j0 = 0; j0 < step->outputs; j0 += width) {
        float *const *x = j0 ? step->olds : step->x, *const *kept = j0 == 0 && step->outputs > width ? step->olds : NULL;
        switch (fv_columns(step, width, j0)) {
            case 1: fv_block_update(1, step, x, kept, j0); break;
            case 2: fv_block_update(2, step, x, kept, j0); break;
            case 3: fv_block_update(3, step, x, kept, j0); break;
            case 4: fv_block_update(4, step, x, kept, j0); break;
            case 5: fv_block_update(5, step, x, kept, j0); break;
            case 6: fv_block_update(6, step, x, kept, j0); break;
        }
    }
}

#endif
