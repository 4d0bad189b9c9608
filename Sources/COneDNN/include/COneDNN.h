#pragma once
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct vrx_tape vrx_tape;
vrx_tape* vrx_tape_new(void); void vrx_tape_free(vrx_tape*); const char* vrx_tape_error(vrx_tape*);
int vrx_tape_input(vrx_tape*, const int64_t*, int); int vrx_tape_ndims(vrx_tape*, int); void vrx_tape_dims(vrx_tape*, int, int64_t*);
int vrx_tape_write(vrx_tape*, int, const float*); int vrx_tape_read(vrx_tape*, int, float*); int vrx_tape_read_grad(vrx_tape*, int, float*);
int vrx_tape_forward(vrx_tape*, int upto); int vrx_tape_backward(vrx_tape*, int from, const float* seed, int to);
int vrx_tape_conv(vrx_tape*, int, const float*, const int64_t*, const float*, int64_t, const int64_t*, const int64_t*, const int64_t*, const int64_t*);
int vrx_tape_eltwise(vrx_tape*, int, int, float, float); int vrx_tape_add(vrx_tape*, int, int); int vrx_tape_concat(vrx_tape*, const int*, int, int);
int vrx_tape_pool(vrx_tape*, int, int, const int64_t*, const int64_t*, const int64_t*, const int64_t*); int vrx_tape_reshape(vrx_tape*, int, const int64_t*, int);
int vrx_tape_linear(vrx_tape*, int, const float*, int64_t, int64_t, const float*);
#ifdef __cplusplus
}
#endif
