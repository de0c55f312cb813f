/* One step: inputs x against outputs y, a small matrix product, its sigmoids, and its two updates.
 *
 *   x.y                                 dots in blocks of rows held in registers, reduced together
 *   g = lr (label - sigmoid(x.y))       label 1 or 0 of each output
 *   x += sum_y g y,   y += sum_x g x    both from the rows as they were before the step
 *
 * What the first sum is added to may be another row than x: the gradient of a mean goes to the rows of the mean.
 *
 * THE RACE. Other threads read and write the same rows meanwhile (Hogwild: Niu, Recht, Re and Wright 2011). A lost
 * or half-seen update is one sparse gradient of millions, and no value read here ever becomes an index. It happens
 * where rows of W_in and W_out are updated: here, in row_step.h, softmax.h (through fv_update), bag.h, group.h and
 * near.h.
 */
#ifndef FASTVEC_STEP_H
#define FASTVEC_STEP_H

#include <math.h>

#include "vec.h"

#define FV_BLOCK (FV_INPUTS * FV_OUTPUTS) /* dots in a block */
#define FV_LN2 0.69314718055994531
#define FV_LOG2E 1.44269504f
#define FV_MAX_PRODUCTS 48                /* each factor is at most 2, so 16 lanes multiply to 2^768: a double */

typedef struct {
    float **x, **dx;    /* [inputs] rows that are read, and rows that their updates go to: often the same ones */
    float **y;          /* [outputs] rows of W_out */
    const float *signs; /* [outputs + FV_LANES] +1 for label 1, -1 for label 0; NULL: y[0] alone has label 1, ... */
    int all_negative;   /* ... or none */
    int64_t inputs, outputs, stride;
    float learning_rate;
    float *g;         /* [inputs * outputs + FV_BLOCK], block after block of outputs; see fv_g */
    float *old_x;     /* [inputs * stride]: the inputs as they were, for more than one block of outputs */
    float *spare_row; /* [stride] zeros: what a merged repeat points to */
    float **ahead;    /* [aheads] rows that a later step wants: a line of each is prefetched for each line of this */
    int64_t aheads;
} fv_step;

/* Labels as signs for a block of dots, row after row: +log2(e) positive, -log2(e) negative. */
typedef struct {
    float first[FV_OUTPUTS + 1][FV_BLOCK + FV_LANES]; /* by the block's width: its first column alone is positive */
    float row[FV_LANES]; /* of one input: the first of many is positive */
    float negatives[FV_BLOCK + FV_LANES];
    float given[FV_BLOCK + FV_LANES]; /* those of step->signs */
    float beyond[2 * (FV_BLOCK + FV_LANES)]; /* 0 for the lanes of a block, then 100: no loss from the rest */
} fv_signs;

static void fv_signs_fill(fv_signs *signs) {
    for (int lane = 0; lane < FV_BLOCK + FV_LANES; lane++) {
        for (int width = 1; width <= FV_OUTPUTS; width++)
            signs->first[width][lane] = lane % width == 0 ? FV_LOG2E : -FV_LOG2E;
        signs->negatives[lane] = -FV_LOG2E;
        if (lane < FV_LANES) signs->row[lane] = lane == 0 ? FV_LOG2E : -FV_LOG2E;
        signs->given[lane] = 0.0f;
        signs->beyond[lane] = 0.0f;
        signs->beyond[FV_BLOCK + FV_LANES + lane] = 100.0f;
    }
}

static FV_INLINE const float *fv_signs_of(const fv_step *step, int64_t j0, int64_t columns, fv_signs *signs) {
    if (!step->signs) return j0 == 0 && !step->all_negative ? signs->first[columns] : signs->negatives;
    float *given = signs->given;
    for (int64_t j = 0; j < columns; j++) given[j] = FV_LOG2E * step->signs[j0 + j];
    for (int i = 1; i < FV_INPUTS && i < step->inputs; i++) memcpy(given + i * columns, given, sizeof(float) * (size_t)columns);
    return given;
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
 * -log sigmoid(s) = max(0, -s) + log(1 + e). Exact to 1e-6 for every dot: saturated pairs are trained too. The
 * signs carry log2(e), so that s and the linear loss count in powers of 2. */
static FV_INLINE vf fv_gradient(vf dots, vf signs, vf beyond, vf learning_rate, fv_loss *loss) {
    const vf one = vf_set1(1), s = vf_fma(dots, signs, beyond);
    const vf e = vf_exp2(vf_minus_abs(s)), sum = vf_add(one, e);
    loss->linear = vf_add(loss->linear, vf_max(vf_set1(0), vf_sub(vf_set1(0), s)));
    loss->product = vf_mul(loss->product, sum);
    return vf_mul(vf_mul(learning_rate, signs), vf_div(vf_where_positive(s, e, one), sum));
}

/* The dots of X inputs and Y outputs, i * Y + j, still to be summed over their lanes. */
static FV_INLINE void fv_block_dots(const int X, const int Y, const fv_step *step, int64_t i0, int64_t j0, vf *dots) {
    float *const *x = step->x + i0, *const *y = step->y + j0;
    FV_UNROLL for (int k = 0; k < X * Y; k++) dots[k] = vf_set1(0);
    for (int64_t d = 0; d < step->stride; d += FV_LANES) {
        vf a[FV_INPUTS];
        FV_UNROLL for (int i = 0; i < X; i++) a[i] = vf_load(x[i] + d);
        FV_UNROLL for (int j = 0; j < Y; j++) {
            const vf b = vf_load(y[j] + d);
            FV_UNROLL for (int i = 0; i < X; i++) dots[i * Y + j] = vf_fma(a[i], b, dots[i * Y + j]);
        }
    }
}

/* g[i * Y + j] for X x Y dots; X and Y are constants wherever this is inlined. */
static FV_INLINE void fv_block_gradients(const int X, const int Y, const fv_step *step, int64_t i0, int64_t j0,
                                         float *g, const float *signs, const fv_signs *table, fv_loss *loss) {
    vf dots[FV_BLOCK];
    fv_block_dots(X, Y, step, i0, j0, dots);
    const float *beyond = table->beyond + (FV_BLOCK + FV_LANES) - X * Y;
    const vf rate = vf_set1(step->learning_rate * (float)FV_LN2); /* takes the signs' log2(e) back */
    FV_UNROLL for (int k = 0; k < X * Y; k += FV_LANES) {
        const vf sums = fv_sums_of_lanes(dots + k, X * Y - k < FV_LANES ? X * Y - k : FV_LANES);
        vf_store(g + k, fv_gradient(sums, vf_load(signs + k), vf_load(beyond + k), rate, loss));
    }
    loss->products += (X * Y + FV_LANES - 1) / FV_LANES;
    if (loss->products > FV_MAX_PRODUCTS - FV_BLOCK / FV_LANES - 1) fv_loss_flush(loss);
}

/* The widths of blocks: as few as there must be, as even as can be. */
static FV_INLINE int64_t fv_width(const fv_step *step) {
    const int64_t blocks = (step->outputs + FV_OUTPUTS - 1) / FV_OUTPUTS;
    return blocks == 1 ? step->outputs : (step->outputs + blocks - 1) / blocks;
}

/* Every shape that a block has: FV_CASE(X, Y) for X inputs and Y outputs. */
#define FV_CASES_OF(X) FV_CASE(X, 1) FV_CASE(X, 2) FV_CASE(X, 3) FV_CASE(X, 4) FV_CASE(X, 5) FV_CASE(X, 6)
#if FV_INPUTS > 2
#define FV_CASES FV_CASES_OF(1) FV_CASES_OF(2) FV_CASES_OF(3) FV_CASES_OF(4)
#else
#define FV_CASES FV_CASES_OF(1) FV_CASES_OF(2)
#endif

#define FV_CASE(X, Y) \
    case (X) * 8 + (Y): fv_block_gradients(X, Y, step, i0, j0, g, block_signs, signs, loss); break;

static void fv_gradients(const fv_step *step, int64_t width, fv_signs *signs, fv_loss *loss) {
    for (int64_t j0 = 0; j0 < step->outputs; j0 += width) {
        const int64_t columns = step->outputs - j0 < width ? step->outputs - j0 : width;
        const float *block_signs = fv_signs_of(step, j0, columns, signs);
        for (int64_t i0 = 0; i0 < step->inputs; i0 += FV_INPUTS) {
            const int64_t rows = step->inputs - i0 < FV_INPUTS ? step->inputs - i0 : FV_INPUTS;
            float *g = step->g + j0 * step->inputs + i0 * columns;
            switch (rows * 8 + columns) { FV_CASES }
        }
    }
}

#undef FV_CASE

/* dx += g y and y += g x over one block of Y outputs: one pass over the dimensions, reading the old rows and
 * writing the new ones. */
static FV_INLINE void fv_block_update(const int Y, const fv_step *step, int64_t j0) {
    float *const *y = step->y + j0, *const *x = step->x, *const *dx = step->dx;
    const int64_t inputs = step->inputs, stride = step->stride;
    const float *block = step->g + j0 * inputs;
    const int64_t aheads = j0 == 0 ? step->aheads : 0;
    for (int64_t d = 0; d < stride; d += FV_LANES) {
        if (d % FV_ROW_ALIGN == 0)
            for (int64_t r = 0; r < aheads; r++) FV_PREFETCH_L2(step->ahead[r] + d);
        vf b[FV_OUTPUTS], new_b[FV_OUTPUTS];
        FV_UNROLL for (int j = 0; j < Y; j++) new_b[j] = b[j] = vf_load(y[j] + d);
        const float *g = block;
        for (int64_t i = 0; i < inputs; i++, g += Y) {
            const vf a = vf_load(x[i] + d);
            vf new_a = vf_load(dx[i] + d);
            FV_UNROLL for (int j = 0; j < Y; j++) {
                const vf gradient = vf_set1(g[j]);
                new_a = vf_fma(gradient, b[j], new_a);
                new_b[j] = vf_fma(gradient, a, new_b[j]);
            }
            vf_store(dx[i] + d, new_a);
        }
        FV_UNROLL for (int j = 0; j < Y; j++) vf_store(y[j] + d, new_b[j]);
    }
}

static void fv_update(const fv_step *step, int64_t width) {
    if (step->outputs > width) /* the first block changes rows which the second must read as they were */
        for (int64_t i = 0; i < step->inputs; i++)
            if (step->x[i] == step->dx[i]) {
                float *old = step->old_x + i * step->stride;
                step->x[i] = memcpy(old, step->x[i], sizeof(float) * (size_t)step->stride);
            }
    for (int64_t j0 = 0; j0 < step->outputs; j0 += width) {
        const int64_t columns = step->outputs - j0 < width ? step->outputs - j0 : width;
        switch (columns) {
            case 1: fv_block_update(1, step, j0); break;
            case 2: fv_block_update(2, step, j0); break;
            case 3: fv_block_update(3, step, j0); break;
            case 4: fv_block_update(4, step, j0); break;
            case 5: fv_block_update(5, step, j0); break;
            case 6: fv_block_update(6, step, j0); break;
        }
    }
}

/* Where the gradient of input i and output j stands. */
static float *fv_g(const fv_step *step, int64_t width, int64_t i, int64_t j) {
    const int64_t j0 = j / width * width, columns = step->outputs - j0 < width ? step->outputs - j0 : width;
    return step->g + j0 * step->inputs + i * columns + (j - j0);
}

/* A row that stands twice gets the sum of its gradients once; its second place gets the spare row and no gradient. */
static void fv_merge_repeated_inputs(const fv_step *step, int64_t width) {
    for (int64_t i = 1; i < step->inputs; i++)
        for (int64_t first = 0; first < i; first++)
            if (step->x[first] == step->x[i]) {
                for (int64_t j = 0; j < step->outputs; j++) {
                    *fv_g(step, width, first, j) += *fv_g(step, width, i, j);
                    *fv_g(step, width, i, j) = 0;
                }
                step->x[i] = step->dx[i] = step->spare_row;
                break;
            }
}

static void fv_merge_repeated_outputs(const fv_step *step, int64_t width) {
    for (int64_t j = 1; j < step->outputs; j++)
        for (int64_t first = 0; first < j; first++)
            if (step->y[first] == step->y[j]) {
                for (int64_t i = 0; i < step->inputs; i++) {
                    *fv_g(step, width, i, first) += *fv_g(step, width, i, j);
                    *fv_g(step, width, i, j) = 0;
                }
                step->y[j] = step->spare_row;
                break;
            }
}

static FV_INLINE void fv_logistic_step(const fv_step *step, int maybe_repeats, fv_signs *signs, fv_loss *loss) {
    const int64_t width = fv_width(step);
    fv_gradients(step, width, signs, loss);
    if (maybe_repeats) {
        fv_merge_repeated_inputs(step, width);
        fv_merge_repeated_outputs(step, width);
    }
    fv_update(step, width);
}

#endif
