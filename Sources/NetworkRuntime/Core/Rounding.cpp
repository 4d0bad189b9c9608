// Rounding with the error carried on (error diffusion).
#include "Core/Rounding.hpp"

#include <cmath>
#include <cstring>

namespace nrt {

namespace {

// The nearest bf16, of two the even one: the upper half of a float's bits.
float nearest_bf16(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  bits = (bits + 0x7fff + ((bits >> 16) & 1)) & 0xffff0000;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

}  // namespace

std::vector<float> rounded_to_bf16(const float* weights, int64_t count, int64_t window) {
  std::vector<float> rounded(static_cast<size_t>(count));
  float carried = 0;
  for (int64_t position = 0; position < count; position++) {
    if (position % window == 0) carried = 0;
    const float wanted = weights[position] + carried;
    const float nearest = std::isfinite(wanted) ? nearest_bf16(wanted) : wanted;
    rounded[position] = nearest;
    carried = std::isfinite(nearest) ? wanted - nearest : 0;
  }
  return rounded;
}

}  // namespace nrt
