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
// Weights in the layouts that primitives want, shared by the graphs of a network. Safe to use from any thread.
typedef struct oned_weights oned_weights;
// Memory that graphs which never run at the same time share.
typedef struct oned_arena oned_arena;

enum oned_activation {
  ONED_NONE, ONED_RELU, ONED_CLIP, ONED_LOGISTIC, ONED_HARDSWISH, ONED_LINEAR, ONED_TANH, ONED_ELU, ONED_SQRT, ONED_EXP,
  ONED_GELU_ERF, ONED_GELU_TANH, ONED_SWISH, ONED_MISH
};
enum oned_binary { ONED_ADD, ONED_SUB, ONED_MUL, ONED_DIV };
enum oned_pooling { ONED_MAX, ONED_AVERAGE_WITH_PADDING, ONED_AVERAGE_WITHOUT_PADDING };

// What convolutions and linear layers compute in; in bf16, those near the image and those that bf16 does not speed up stay in 32 bits.
// Sums are in 32 bits in either case.
enum oned_precision { ONED_F32, ONED_BF16 };
enum { ONED_WEIGHTS_NEEDED = -2 };

// Threads that the machine and the environment give a computation.
int oned_thread_count(void);
// To be called once on each thread that computes, before all else: keeps threads from spinning long where they wait for each other.
void oned_settle_thread(void);
// Whether the processor multiplies bf16.
int oned_supports_bf16(void);

oned_weights* oned_weights_create(void);
void oned_weights_destroy(oned_weights*);
int64_t oned_weights_bytes(oned_weights*);
oned_arena* oned_arena_create(void);
void oned_arena_destroy(oned_arena*);
int64_t oned_arena_bytes(const oned_arena*);

// A graph that computes on `threads` threads, 0 for as many as there are. Its weights and arena, which must outlive it, are its own
// where they are null. oneDNN's scratch memory belongs to a thread: make, run and destroy a graph on one and the same.
oned_graph* oned_graph_create(oned_weights*, oned_arena*, int precision, int threads);
// A graph that knows its values' extents, but cannot run: layers with weights or windows are not made.
oned_graph* oned_graph_create_outline(void);
void oned_graph_destroy(oned_graph*);
// What is made from here on can be differentiated.
void oned_differentiate(oned_graph*);
// The message of the last failure.
const char* oned_error(const oned_graph*);

// Values, in the order of their making: each function below makes one and returns its number.
int oned_input(oned_graph*, const int64_t* dims, int rank);
int oned_constant(oned_graph*, const int64_t* dims, int rank, const float* elements);
// activation(x * weights + bias + addend): weights [o, i / groups, kh, kw]; bias [o]; addend of the result's extents, or -1.
// `key` names the weights and bias among those of the network. Both may be null: ONED_WEIGHTS_NEEDED is returned where they are not
// known in the layout that is wanted.
int oned_convolution(oned_graph*, int x, int addend, const char* key, const float* weights, const int64_t* weight_dims,
                     const float* bias, int64_t groups, const int64_t* strides, const int64_t* dilations,
                     const int64_t* pads_begin, const int64_t* pads_end, int activation, float alpha, float beta);
// activation(x * weights + bias): x [n, i], weights [o, i], bias [o]: [n, o]. Weights as for a convolution.
int oned_linear(oned_graph*, int x, const char* key, const float* weights, int64_t outputs, int64_t inputs,
                const float* bias, int activation, float alpha, float beta);
// Whether an activation can be part of the layer before it.
int oned_fuses(const oned_graph*, int activation);
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
// Bytes of buffers after planning: in the arena, and of its own.
int64_t oned_bytes(const oned_graph*);

// Elements are dense and row-major.
int oned_write(oned_graph*, int value, const float* elements);
int oned_read(oned_graph*, int value, float* elements);
// Pixels of image `position` of an input: sample * factor + offset for each of the three channels, `channels` being which sample of
// a pixel each is made from; channels are the second axis, or the last.
int oned_write_pixels(oned_graph*, int value, int64_t position, const uint8_t* samples, int64_t area, const float* factors,
                      const float* offsets, const int* channels, int channels_last);
int oned_forward(oned_graph*);
// Gradient of sum(seed * last) with respect to `wanted`.
int oned_backward(oned_graph*, const float* seed, float* gradient);

// A step of a graph, for listings.
typedef struct {
  // The value it makes.
  int output;
  // Whether all it does is to change a layout.
  int is_reorder;
  double seconds;
  // Multiplications and additions.
  double operations;
  // What it is, by which of oneDNN's implementations, and the layouts it reads and writes.
  char kind[24];
  char implementation[40];
  char from[32];
  char to[32];
} oned_step;

// Steps that a run takes.
int oned_step_count(const oned_graph*);
// Runs forward, timing each step.
int oned_profile(oned_graph*, oned_step* steps);

#ifdef __cplusplus
}
#endif
