// Pooling over up to three axes with any padding and dilation, and norms over windows.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "Dense/DenseStep.hpp"
#include "DenseSteps.h"

using namespace nrt;

namespace {

constexpr int axes = 3;
using triple = std::array<int64_t, axes>;

triple three(const int64_t* values) { return {values[0], values[1], values[2]}; }

struct Windows {
  triple input, output, kernel, strides, dilations, begin, end;
  bool counts_padding;

  // Calls body(offset in the plane, place in it) for each element of window `at` that lies in the input; returns how
  // many elements count in an average.
  template <class Body>
  int64_t for_each(const triple& at, Body body) const {
    int64_t counted = 0, inside = 0;
    triple start;
    for (int axis = 0; axis < axes; axis++) start[axis] = at[axis] * strides[axis] - begin[axis];
    auto is_padding = [&](int64_t place, int axis) { return place < 0 || place >= input[axis]; };
    auto is_counted = [&](int64_t place, int axis) { return place < input[axis] + end[axis]; };
    for (int64_t i = 0; i < kernel[0]; i++) {
      const int64_t depth = start[0] + i * dilations[0];
      for (int64_t j = 0; j < kernel[1]; j++) {
        const int64_t row = start[1] + j * dilations[1];
        for (int64_t k = 0; k < kernel[2]; k++) {
          const int64_t column = start[2] + k * dilations[2];
          counted += is_counted(depth, 0) && is_counted(row, 1) && is_counted(column, 2);
          if (is_padding(depth, 0) || is_padding(row, 1) || is_padding(column, 2)) continue;
          inside++;
          body((depth * input[1] + row) * input[2] + column, triple{depth, row, column});
        }
      }
    }
    return counts_padding ? counted : inside;
  }

  int64_t input_size() const { return input[0] * input[1] * input[2]; }
  int64_t output_size() const { return output[0] * output[1] * output[2]; }

  // Calls body(offset of the plane in the input, offset in the output, window) for every window of every plane.
  template <class Body>
  void for_each_window(int64_t planes, Body body) const {
    int64_t position = 0;
    for (int64_t plane = 0; plane < planes; plane++)
      for (int64_t i = 0; i < output[0]; i++)
        for (int64_t j = 0; j < output[1]; j++)
          for (int64_t k = 0; k < output[2]; k++, position++) body(plane * input_size(), position, triple{i, j, k});
  }
};

// The offset in its plane of the first largest element of a window, and its place; -1 where the window holds none.
std::pair<int64_t, triple> largest(const Windows& windows, const float* plane, const triple& at) {
  int64_t best = -1;
  triple found{};
  windows.for_each(at, [&](int64_t offset, const triple& place) {
    if (best >= 0 && !(plane[offset] > plane[best])) return;
    best = offset;
    found = place;
  });
  return {best, found};
}

float average(const Windows& windows, const float* plane, const triple& at) {
  double sum = 0;
  const int64_t counted = windows.for_each(at, [&](int64_t offset, const triple&) { sum += plane[offset]; });
  return counted ? static_cast<float>(sum / static_cast<double>(counted)) : 0;
}

float norm_of(const Windows& windows, const float* plane, const triple& at, float norm) {
  double sum = 0;
  windows.for_each(at, [&](int64_t offset, const triple&) { sum += std::pow(std::fabs(plane[offset]), norm); });
  return static_cast<float>(std::pow(sum, 1.0 / norm));
}

}  // namespace

extern "C" int nrt_window(nrt_graph* graph, int x, int kind, const int64_t* kernel, const int64_t* strides,
                          const int64_t* dilations, const int64_t* pads_begin, const int64_t* pads_end,
                          const int64_t* counts, int counts_padding, float norm, int columns_first) {
  return graph->guarded([&] {
    const dims from = graph->value(x).extents;
    if (from.size() != 2 + axes) throw std::invalid_argument("windows need three axes beside batch and channels");
    const Windows windows{{from[2], from[3], from[4]}, three(counts),     three(kernel),   three(strides),
                          three(dilations),            three(pads_begin), three(pads_end), counts_padding != 0};
    const dims extents{from[0], from[1], counts[0], counts[1], counts[2]};
    const int64_t planes = from[0] * from[1];
    DenseMath math;
    math.forward = [=](const sources& inputs, float* output) {
      windows.for_each_window(planes, [&](int64_t plane, int64_t position, const triple& at) {
        const float* elements = inputs[0] + plane;
        if (kind == NRT_WINDOW_AVERAGE) {
          output[position] = average(windows, elements, at);
        } else if (kind == NRT_WINDOW_NORM) {
          output[position] = norm_of(windows, elements, at, norm);
        } else {
          const auto [best, place] = largest(windows, elements, at);
          if (kind == NRT_WINDOW_MAX) {
            output[position] = best < 0 ? std::numeric_limits<float>::lowest() : elements[best];
          } else {
            const int64_t turned =
                (place[2] * windows.input[1] + place[1]) * windows.input[0] + place[0];
            output[position] = static_cast<float>(plane + (columns_first ? turned : best));
          }
        }
      });
    };
    math.backward = [=](const sources& inputs, const float* output, const float* upstream, const targets& gradients) {
      if (!gradients[0] || kind == NRT_WINDOW_PLACE) return;
      windows.for_each_window(planes, [&](int64_t plane, int64_t position, const triple& at) {
        const float* elements = inputs[0] + plane;
        float* gradient = gradients[0] + plane;
        const float share = upstream[position];
        if (kind == NRT_WINDOW_MAX) {
          const int64_t best = largest(windows, elements, at).first;
          if (best >= 0) gradient[best] += share;
        } else if (kind == NRT_WINDOW_AVERAGE) {
          const int64_t counted = windows.for_each(at, [](int64_t, const triple&) {});
          const float part = share / static_cast<float>(counted);
          windows.for_each(at, [&](int64_t offset, const triple&) { gradient[offset] += part; });
        } else if (output[position] > 0) {
          windows.for_each(at, [&](int64_t offset, const triple&) {
            const float value = elements[offset];
            const float slope = std::pow(std::fabs(value) / output[position], norm - 1);
            gradient[offset] += value < 0 ? -share * slope : share * slope;
          });
        }
      });
    };
    return add_dense_step(graph, extents, {x}, math);
  });
}
