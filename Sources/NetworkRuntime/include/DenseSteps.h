// Steps in plain C++ on dense elements: what oneDNN has no primitive for. Errors, threads and pointers: see
// RuntimeGraph.h.
//
// Each function adds one value and returns its number. x, a, b are numbers of values. Each runs on one thread. Truth is
// 1, falsehood 0.
#pragma once
#include <stdint.h>

#include "RuntimeGraph.h"
#ifdef __cplusplus
extern "C" {
#endif

// Functions of one number x, with parameters alpha and beta. SELU: beta times (x or, below 0, alpha (e^x - 1)). CELU: x
// or, below 0, alpha (e^(x / alpha) - 1). THRESHOLD: x above alpha, else 0. SHRINK: 0 within [-alpha, alpha], else x
// moved by beta towards 0. IS_INFINITE: whether alpha and beta are not 0 says whether the negative and the positive one
// count. ROUND_THROUGH rounds, and has the gradient of the identity.
enum nrt_function {
  NRT_ABS, NRT_LOG, NRT_RECIPROCAL, NRT_FLOOR, NRT_CEIL, NRT_ROUND, NRT_SIGN, NRT_TRUNCATE, NRT_ERF,
  NRT_SOFTPLUS, NRT_SOFTSIGN, NRT_SELU, NRT_CELU, NRT_THRESHOLD, NRT_SHRINK, NRT_SIN, NRT_COS, NRT_TAN,
  NRT_ASIN, NRT_ACOS, NRT_ATAN, NRT_SINH, NRT_COSH, NRT_ASINH, NRT_ACOSH, NRT_ATANH, NRT_NOT, NRT_IS_NAN,
  NRT_IS_INFINITE, NRT_ROUND_THROUGH
};
// Functions of two numbers. REMAINDER has the divisor's sign, TRUNCATED_REMAINDER the dividend's. PARAMETRIC_RELU: a
// or, below 0, a b.
enum nrt_pairing {
  NRT_POWER, NRT_LARGER, NRT_SMALLER, NRT_REMAINDER, NRT_TRUNCATED_REMAINDER, NRT_INTEGER_QUOTIENT,
  NRT_PARAMETRIC_RELU, NRT_LESS, NRT_LESS_OR_EQUAL, NRT_GREATER, NRT_GREATER_OR_EQUAL, NRT_EQUAL, NRT_AND,
  NRT_OR, NRT_XOR
};
enum nrt_reduction {
  NRT_SUM, NRT_MEAN, NRT_MAXIMUM, NRT_MINIMUM, NRT_PRODUCT, NRT_L1, NRT_L2, NRT_SUM_OF_SQUARES, NRT_LOG_SUM,
  NRT_LOG_SUM_EXP
};
enum nrt_window_kind { NRT_WINDOW_MAX, NRT_WINDOW_PLACE, NRT_WINDOW_AVERAGE, NRT_WINDOW_NORM };

// An nrt_function of each element.
int nrt_map(nrt_graph*, int x, int function, float alpha, float beta);
// An nrt_pairing of operands of equal rank; extents of 1 are broadcast, on either side.
int nrt_pair(nrt_graph*, int a, int b, int pairing);
// a where the condition is not 0, else b; all three are broadcast.
int nrt_select(nrt_graph*, int condition, int a, int b);
// An nrt_reduction over the axes where the result's extent is 1; the other extents are those of x.
int nrt_reduce(nrt_graph*, int x, int reduction, const int64_t* result_dims);
// A sparse matrix applied along an axis: slice r of the result is the sum of weights[i] times slice columns[i] of x
// over starts[r] <= i < starts[r + 1]. `starts` has rows + 1 elements.
int nrt_mix(nrt_graph*, int x, int axis, int64_t rows, const int64_t* starts, const int64_t* columns,
            const float* weights);
// Elements of x by their places in row-major order: one place for each element of the result.
int nrt_take(nrt_graph*, int x, const int64_t* dims, int rank, const int64_t* places);
// x broadcast to dims of equal rank.
int nrt_expand(nrt_graph*, int x, const int64_t* dims);
// The k largest (or smallest) along an axis in order, or their indices there. Of equals the first comes first, or the
// last.
int nrt_top(nrt_graph*, int x, int axis, int64_t k, int is_largest, int wants_indices, int prefers_last);
// An nrt_window_kind over three axes of x [n, c, d, h, w]; arrays have three elements, and `counts` are the result's
// extents. A window may reach past its input; `norm` is p of NRT_WINDOW_NORM. Averages count what lies in the input
// and, if counts_padding, in its padding. Places count within the whole of x, rows first or, if columns_first, columns
// first.
int nrt_window(nrt_graph*, int x, int kind, const int64_t* kernel, const int64_t* strides, const int64_t* dilations,
               const int64_t* pads_begin, const int64_t* pads_end, const int64_t* counts, int counts_padding,
               float norm, int columns_first);

#ifdef __cplusplus
}
#endif
