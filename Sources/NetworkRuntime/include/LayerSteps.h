// Steps that oneDNN primitives compute, in the layouts these like best. Errors, threads and pointers: see
// RuntimeGraph.h.
//
// Each function adds one value and returns its number. x, a, b are numbers of values. Activations are laid out [n,
// channels, rows, columns]; arrays over the axes of a window (kernel, strides, dilations, pads) have one element for
// each such axis. A dilation of 1 changes nothing; a pad is a number of places.
#pragma once
#include <stdint.h>

#include "RuntimeGraph.h"
#ifdef __cplusplus
extern "C" {
#endif

// Returned where weights are null and are not known yet in the layout that is wanted.
enum { NRT_WEIGHTS_NEEDED = -2 };

// Functions of one number x, with parameters alpha and beta. RELU: x or, below 0, alpha x. CLIP: to [alpha, beta].
// HARDSWISH: x max(0, min(1, x / 6 + 1 / 2)). LINEAR: alpha x + beta. ELU: x or, below 0, alpha (e^x - 1). SWISH: x
// logistic(alpha x).
enum nrt_activation {
  NRT_NONE, NRT_RELU, NRT_CLIP, NRT_LOGISTIC, NRT_HARDSWISH, NRT_LINEAR, NRT_TANH, NRT_ELU, NRT_SQRT, NRT_EXP,
  NRT_GELU_ERF, NRT_GELU_TANH, NRT_SWISH, NRT_MISH
};
enum nrt_binary { NRT_ADD, NRT_SUB, NRT_MUL, NRT_DIV };
enum nrt_pooling { NRT_MAX, NRT_AVERAGE_WITH_PADDING, NRT_AVERAGE_WITHOUT_PADDING };

// Layers with weights of the network. `key` names weights and bias in the graph's nrt_weights: the first graph that
// needs a layout gives the elements, later ones may pass null for both. Call with null first, and again with elements
// where NRT_WEIGHTS_NEEDED is returned.

// activation(x * weights + bias + addend): x [n, i, h, w], weights [o, i / groups, kh, kw], bias [o]; addend: a value
// of the result's extents, or -1.
int nrt_convolution(nrt_graph*, int x, int addend, const char* key, const float* weights, const int64_t* weight_dims,
                    const float* bias, int64_t groups, const int64_t* strides, const int64_t* dilations,
                    const int64_t* pads_begin, const int64_t* pads_end, int activation, float alpha, float beta);
// activation(x weightsᵀ + bias): x [n, i], weights [o, i], bias [o]: [n, o].
int nrt_linear(nrt_graph*, int x, const char* key, const float* weights, int64_t outputs, int64_t inputs,
               const float* bias, int activation, float alpha, float beta);
// 1 where an activation can be part of the layer before it in this graph: where it has a gradient, the slope must
// follow from the result.
int nrt_fuses(const nrt_graph*, int activation);

// Layers with weights of the graph alone, which are copied.

// Convolution over one to three axes: x [n, i, ...], weights [o, i / groups, ...], bias [o] or null.
int nrt_convolve(nrt_graph*, int x, const float* weights, const int64_t* weight_dims, const float* bias, int64_t groups,
                 const int64_t* strides, const int64_t* dilations, const int64_t* pads_begin, const int64_t* pads_end);
// Transposed convolution over one to three axes: x [n, i, ...], weights [o, i / groups, ...], where o are the result's
// channels.
int nrt_deconvolve(nrt_graph*, int x, const float* weights, const int64_t* weight_dims, int64_t groups,
                   const int64_t* strides, const int64_t* dilations, const int64_t* pads_begin,
                   const int64_t* pads_end);
// Rows of x [n, size] to mean 0 and variance 1 (plus epsilon), then times scale [size] plus shift [size]; either may be
// null.
int nrt_standardise(nrt_graph*, int x, float epsilon, const float* scale, const float* shift);

// Layers without weights.

// Batched product of matrices: a [..., m, k], b [..., k, n]: [..., m, n]. The leading extents are equal.
int nrt_product(nrt_graph*, int a, int b);
// An nrt_activation of each element.
int nrt_activate(nrt_graph*, int x, int activation, float alpha, float beta);
// An nrt_binary of operands of equal rank; extents of 1 are broadcast, on either side.
int nrt_combine(nrt_graph*, int a, int b, int operation);
// An nrt_pooling over rows and columns of x [n, c, h, w].
int nrt_pool(nrt_graph*, int x, int kind, const int64_t* kernel, const int64_t* strides, const int64_t* pads_begin,
             const int64_t* pads_end);
// Mean over the axes where the result's extent is 1; the other extents are those of x.
int nrt_mean(nrt_graph*, int x, const int64_t* result_dims);
// Local response normalisation over `size` neighbouring channels: x / (bias + alpha / size · sum of squares)^beta.
int nrt_normalise_channels(nrt_graph*, int x, int64_t size, float alpha, float beta, float bias);
// exp(x) / sum of exp(x) along `axis`.
int nrt_softmax(nrt_graph*, int x, int axis);

// `count` values that differ along `axis` only.
int nrt_concatenate(nrt_graph*, const int* values, int count, int axis);
// The same number of elements in the same order.
int nrt_reshape(nrt_graph*, int x, const int64_t* dims, int rank);
// Axis i of the result is axis axes[i] of x.
int nrt_transpose(nrt_graph*, int x, const int* axes);
// starts + i * steps for i < dims along each axis; steps are positive.
int nrt_slice(nrt_graph*, int x, const int64_t* starts, const int64_t* dims, const int64_t* steps);
// `begin` and `end` places of `value` before and after each axis.
int nrt_pad(nrt_graph*, int x, const int64_t* begin, const int64_t* end, float value);

#ifdef __cplusplus
}
#endif
