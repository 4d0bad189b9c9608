// Arithmetic on extents: counts, strides, windows, broadcasting. Knows no graph.
#pragma once
#include <oneapi/dnnl/dnnl.hpp>

#include <cstdint>
#include <vector>

namespace nrt {

using dims = dnnl::memory::dims;

int64_t element_count(const dims& extents);

// Strides of a row-major tensor without gaps.
dims dense_strides(const dims& extents);

// Places of a window of `window` elements (dilation counted in) along a padded axis; throws where the window is larger.
int64_t window_count(int64_t size, int64_t begin, int64_t end, int64_t window, int64_t stride);

// Strides of a dense tensor of `extents` seen as one of `whole`: 0 along axes where it is broadcast.
dims broadcast_strides(const dims& extents, const dims& whole);

// The extents of operands broadcast together; throws where they cannot be.
dims broadcast_extents(const std::vector<dims>& operands);

}  // namespace nrt
