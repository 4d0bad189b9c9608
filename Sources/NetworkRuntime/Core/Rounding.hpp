// Weights as bf16 numbers.
#pragma once
#include <cstdint>
#include <vector>

namespace nrt {

// Floats that are bf16 numbers, for `count` weights in windows of `window`. Errors are carried from one weight of a
// window to the next (error diffusion): a window's sum keeps its value to half a step, so that where an input hardly
// changes from pixel to pixel, the result hardly changes either.
std::vector<float> rounded_to_bf16(const float* weights, int64_t count, int64_t window);

}  // namespace nrt
