// A graph for one batch size: making it, planning it, and running it forward to any value and backward from it.
//
// Errors: functions that return int give a negative number when they fail, and nrt_error then says why. No C++
// exception leaves the runtime. Functions that create something return null where memory is short. Threads: a graph is
// made, run and destroyed on one and the same thread, because oneDNN's scratch memory belongs to a thread. Weights may
// be shared by graphs on several threads; an arena only by graphs that never run at the same time. Pointers: arrays
// that are passed in are read before the function returns, and not kept. Handles belong to the caller, who destroys
// them. Elements are 32-bit floats, dense and row-major.
#pragma once
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

// Values and the steps that compute them.
typedef struct nrt_graph nrt_graph;
// Weights of one network, packed into the layouts that its graphs' primitives read.
typedef struct nrt_weights nrt_weights;
// The memory that values lie in while a graph runs.
typedef struct nrt_arena nrt_arena;

// What convolutions and linear layers compute in; in bf16, those near the image and those that bf16 does not speed up
// stay in 32 bits. Sums are in 32 bits in either case.
enum nrt_precision { NRT_F32, NRT_BF16 };

// Prepares the calling thread for OpenMP teams of `threads` threads: waiting threads soon sleep instead of spinning. To
// be called once on each thread that computes, before all else.
void nrt_settle_thread(int threads);
// 1 where the processor multiplies bf16, else 0.
int nrt_supports_bf16(void);

nrt_weights* nrt_weights_create(void);
// No graph may use them afterwards.
void nrt_weights_destroy(nrt_weights*);
// Bytes of all layouts that are stored.
int64_t nrt_weights_bytes(nrt_weights*);

nrt_arena* nrt_arena_create(void);
// No graph may use it afterwards.
void nrt_arena_destroy(nrt_arena*);
// Bytes: what the largest graph that has run needs.
int64_t nrt_arena_bytes(const nrt_arena*);

// A graph whose steps compute on `threads` OpenMP threads (1 or more). It borrows the weights and the arena, which must
// outlive it; where they are null it has its own. `precision` is an nrt_precision.
nrt_graph* nrt_graph_create(nrt_weights*, nrt_arena*, int precision, int threads);
// A graph that knows its values' extents, but cannot be planned or run: it packs no weights.
nrt_graph* nrt_graph_create_outline(void);
// On the graph's thread.
void nrt_graph_destroy(nrt_graph*);
// The message of the last failure; good until the next call.
const char* nrt_error(const nrt_graph*);

// What is made from here on can be differentiated, which costs memory and some fusions.
void nrt_differentiate(nrt_graph*);

// Functions that make a value return its number, counted from 0 in the order of their making, or a negative number.

// A value to be written before each run.
int nrt_input(nrt_graph*, const int64_t* dims, int rank);
// A value of known elements, which are copied.
int nrt_constant(nrt_graph*, const int64_t* dims, int rank, const float* elements);

// How many axes a value has. The value must exist.
int nrt_rank(const nrt_graph*, int value);
// Writes the value's extents, one for each axis. The value must exist.
void nrt_dims(const nrt_graph*, int value, int64_t* dims);

// Fixes what is computed: value `last`, and its gradient with respect to value `wanted` unless that is negative. Steps
// that `last` does not need are left out, and each value gets a place in the arena. Returns 0. No value may be added
// afterwards.
int nrt_plan(nrt_graph*, int last, int wanted);
// Bytes of the arena that the planned graph needs.
int64_t nrt_bytes(const nrt_graph*);

// The functions below need a planned graph, and return 0.

// Fills an input.
int nrt_write(nrt_graph*, int value, const float* elements);
// Fills the place of image `position` in an input of three channels, the second axis or (channels_last) the last.
// Channel c of a pixel is samples[3 * pixel + channels[c]] * factors[c] + offsets[c]; `area` is the number of pixels of
// the image.
int nrt_write_pixels(nrt_graph*, int value, int64_t position, const uint8_t* samples, int64_t area,
                     const float* factors, const float* offsets, const int* channels, int channels_last);
// Computes `last` from what the inputs hold.
int nrt_forward(nrt_graph*);
// Copies out what a value holds: `last`, `wanted`, or one whose memory no later step has reused.
int nrt_read(nrt_graph*, int value, float* elements);
// After nrt_forward: writes the gradient of sum(seed * last) with respect to `wanted`, of its extents; seed has those
// of `last`.
int nrt_backward(nrt_graph*, const float* seed, float* gradient);

// What one step costs.
typedef struct {
  // The value it makes.
  int output;
  // 1 where all it does is to change a layout.
  int is_reorder;
  double seconds;
  // Multiplications and additions, each counted; 0 where they are not known.
  double operations;
  // What it does, in words; which of oneDNN's implementations does it; the layouts it reads and writes.
  char kind[24];
  char implementation[40];
  char from[32];
  char to[32];
} nrt_step;

// How many steps a run takes.
int nrt_step_count(const nrt_graph*);
// Runs forward as nrt_forward does, and fills one row for each step.
int nrt_profile(nrt_graph*, nrt_step* steps);

#ifdef __cplusplus
}
#endif
