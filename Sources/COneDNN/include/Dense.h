// Steps on dense, row-major elements: what oneDNN has no primitive for, or needs another rank for. Included by COneDNN.h.
#pragma once
#include <stdint.h>

// Functions of one number; alpha and beta are their parameters.
enum oned_function {
  ONED_ABS, ONED_LOG, ONED_RECIPROCAL, ONED_FLOOR, ONED_CEIL, ONED_ROUND, ONED_SIGN, ONED_TRUNCATE, ONED_ERF,
  ONED_SOFTPLUS, ONED_SOFTSIGN, ONED_SELU, ONED_CELU, ONED_THRESHOLD, ONED_SHRINK, ONED_SIN, ONED_COS, ONED_TAN,
  ONED_ASIN, ONED_ACOS, ONED_ATAN, ONED_SINH, ONED_COSH, ONED_ASINH, ONED_ACOSH, ONED_ATANH, ONED_NOT, ONED_IS_NAN,
  ONED_IS_INFINITE, ONED_ROUND_THROUGH
};
// Functions of two numbers. Truth is 1, falsehood 0.
enum oned_pairing {
  ONED_POWER, ONED_LARGER, ONED_SMALLER, ONED_REMAINDER, ONED_TRUNCATED_REMAINDER, ONED_INTEGER_QUOTIENT,
  ONED_PARAMETRIC_RELU, ONED_LESS, ONED_LESS_OR_EQUAL, ONED_GREATER, ONED_GREATER_OR_EQUAL, ONED_EQUAL, ONED_AND,
  ONED_OR, ONED_XOR
};
enum oned_reduction {
  ONED_SUM, ONED_MEAN, ONED_MAXIMUM, ONED_MINIMUM, ONED_PRODUCT, ONED_L1, ONED_L2, ONED_SUM_OF_SQUARES, ONED_LOG_SUM,
  ONED_LOG_SUM_EXP
};
enum oned_window_kind { ONED_WINDOW_MAX, ONED_WINDOW_PLACE, ONED_WINDOW_AVERAGE, ONED_WINDOW_NORM };

int oned_map(oned_graph*, int x, int function, float alpha, float beta);
// Operands of equal rank; extents of 1 are broadcast, on either side.
int oned_pair(oned_graph*, int a, int b, int pairing);
// a where the condition is not 0, else b; all three are broadcast.
int oned_select(oned_graph*, int condition, int a, int b);
// Over the axes where the result's extent is 1.
int oned_reduce(oned_graph*, int x, int reduction, const int64_t* result_dims);
// Rows of x [n, size] to mean 0 and variance 1, then times scale [size] plus shift [size]; either may be null.
int oned_standardise(oned_graph*, int x, float epsilon, const float* scale, const float* shift);
// A sparse matrix applied along an axis: slice r of the result is the sum of weights[i] times slice columns[i] of x over
// starts[r] <= i < starts[r + 1].
int oned_mix(oned_graph*, int x, int axis, int64_t rows, const int64_t* starts, const int64_t* columns,
             const float* weights);
// Elements of x by their places in row-major order.
int oned_take(oned_graph*, int x, const int64_t* dims, int rank, const int64_t* places);
// x broadcast to dims of equal rank.
int oned_expand(oned_graph*, int x, const int64_t* dims);
// The k largest (or smallest) along an axis in order, or their indices there. Of equals the first comes first, or the last.
int oned_top(oned_graph*, int x, int axis, int64_t k, int is_largest, int wants_indices, int prefers_last);
// x [n, c, d, h, w]; arrays of three. A window reaches past its input; `norm` is that of ONED_WINDOW_NORM. Averages count what lies
// in the input and, if asked for, in its padding. Places count within the whole of x, rows first or (if asked for) columns first.
int oned_window(oned_graph*, int x, int kind, const int64_t* kernel, const int64_t* strides, const int64_t* dilations,
                const int64_t* pads_begin, const int64_t* pads_end, const int64_t* counts, int counts_padding, float norm,
                int columns_first);
// Convolution over one to three axes: x [n, i, ...], weights [o, i / groups, ...]; bias [o] or null.
int oned_convolve(oned_graph*, int x, const float* weights, const int64_t* weight_dims, const float* bias, int64_t groups,
                  const int64_t* strides, const int64_t* dilations, const int64_t* pads_begin, const int64_t* pads_end);
// Transposed convolution: weights [o, i / groups, ...], as dims of the result's channels first.
int oned_deconvolve(oned_graph*, int x, const float* weights, const int64_t* weight_dims, int64_t groups,
                    const int64_t* strides, const int64_t* dilations, const int64_t* pads_begin,
                    const int64_t* pads_end);
