// A graph of oneDNN primitives for one batch size, run forward to any value and backward from any value.
//
// oneDNN's C++ interface throws and changed between 2.x and 3.x; here it is behind a C interface that does neither. Every function
// that can fail returns a negative number and leaves a message with oned_error. A graph is used by one thread at a time.
#pragma once
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef struct oned_graph oned_graph;

enum oned_activation {
  ONED_NONE, ONED_RELU, ONED_CLIP, ONED_LOGISTIC, ONED_HARDSWISH, ONED_LINEAR, ONED_TANH, ONED_ELU, ONED_SQRT, ONED_EXP,
  ONED_GELU_ERF, ONED_GELU_TANH, ONED_SWISH, ONED_MISH
};
enum oned_binary { ONED_ADD, ONED_SUB, ONED_MUL, ONED_DIV };
enum oned_pooling { ONED_MAX, ONED_AVERAGE_WITH_PADDING, ONED_AVERAGE_WITHOUT_PADDING };

oned_graph* oned_graph_create(void);
void oned_graph_destroy(oned_graph*);
// The message of the last failure.
const char* oned_error(const oned_graph*);

// Values, in the order of their making: each function below makes one and returns its number.
int oned_input(oned_graph*, const int64_t* dims, int rank);
int oned_constant(oned_graph*, const int64_t* dims, int rank, const float* elements);
// weights [o, i / groups, kh, kw]; bias [o] or null; the activation is fused.
int oned_convolution(oned_graph*, int x, const float* weights, const int64_t* weight_dims, const float* bias, int64_t groups,
                     const int64_t* strides, const int64_t* dilations, const int64_t* pads_begin, const int64_t* pads_end,
                     int activation, float alpha, float beta);
// x [n, i], weights [o, i], bias [o] or null: [n, o].
int oned_linear(oned_graph*, int x, const float* weights, int64_t outputs, int64_t inputs, const float* bias);
// Batched product of equal ranks: [..., m, k] [..., k, n].
int oned_product(oned_graph*, int a, int b);
int oned_activate(oned_graph*, int x, int activation, float alpha, float beta);
// Operands of equal rank; an extent of 1 is broadcast.
int oned_combine(oned_graph*, int a, int b, int operation);
int oned_pool(oned_graph*, int x, int kind, const int64_t* kernel, const int64_t* strides, const int64_t* pads_begin,
              const int64_t* pads_end);
// Mean over the axes where the result's extent is 1.
int oned_mean(oned_graph*, int x, const int64_t* result_dims);
int oned_normalise_channels(oned_graph*, int x, int64_t size, float alpha, float beta, float bias);
int oned_softmax(oned_graph*, int x, int axis);
int oned_concatenate(oned_graph*, const int* values, int count, int axis);
int oned_reshape(oned_graph*, int x, const int64_t* dims, int rank);
int oned_transpose(oned_graph*, int x, const int* axes);
// starts + i * steps for i < dims along each axis; steps are positive.
int oned_slice(oned_graph*, int x, const int64_t* starts, const int64_t* dims, const int64_t* steps);
int oned_pad(oned_graph*, int x, const int64_t* begin, const int64_t* end, float value);

#include "Dense.h"

int oned_rank(const oned_graph*, int value);
void oned_dims(const oned_graph*, int value, int64_t* dims);

// Gives every value a buffer, shared where lifetimes allow. Afterwards `last` can be read, and gradients of `last` with respect
// to `wanted`, if that is not negative. Returns 0.
int oned_plan(oned_graph*, int last, int wanted);
// Bytes of buffers after planning.
int64_t oned_bytes(const oned_graph*);

// Elements are dense and row-major.
int oned_write(oned_graph*, int value, const float* elements);
int oned_read(oned_graph*, int value, float* elements);
int oned_forward(oned_graph*);
// Gradient of sum(seed * last) with respect to `wanted`.
int oned_backward(oned_graph*, const float* seed, float* gradient);

#ifdef __cplusplus
}
#endif
