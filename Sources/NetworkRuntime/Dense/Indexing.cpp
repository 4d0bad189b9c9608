// Values whose elements are chosen from, or mixed of, those of another by known indices.
#include <algorithm>
#include <memory>

#include "Dense/DenseStep.hpp"
#include "DenseSteps.h"

using namespace nrt;

extern "C" {

int nrt_mix(nrt_graph* graph, int x, int axis, int64_t rows, const int64_t* starts, const int64_t* columns,
            const float* weights) {
  return graph->guarded([&] {
    const dims from = graph->value(x).extents;
    if (axis < 0 || axis >= static_cast<int>(from.size())) throw std::invalid_argument("no such axis");
    const std::vector<int64_t> first(starts, starts + rows + 1);
    const auto source = std::make_shared<std::vector<int64_t>>(columns, columns + first[rows]);
    const auto weight = std::make_shared<std::vector<float>>(weights, weights + first[rows]);
    for (int64_t column : *source)
      if (column < 0 || column >= from[axis]) throw std::invalid_argument("an index outside its axis");
    dims extents = from;
    extents[axis] = rows;
    const int64_t width = from[axis];
    int64_t outer = 1, inner = 1;
    for (int before = 0; before < axis; before++) outer *= from[before];
    for (size_t after = axis + 1; after < from.size(); after++) inner *= from[after];
    // Calls body(offset in the result, offset in x, weight) for each entry of the matrix and each place before the
    // axis.
    auto for_each_entry = [=](auto body) {
      for (int64_t place = 0; place < outer; place++)
        for (int64_t row = 0; row < rows; row++)
          for (int64_t entry = first[row]; entry < first[row + 1]; entry++)
            body((place * rows + row) * inner, (place * width + (*source)[entry]) * inner, (*weight)[entry]);
    };
    DenseMath math;
    math.forward = [=](const sources& inputs, float* output) {
      std::fill(output, output + outer * rows * inner, 0.0f);
      for_each_entry([&](int64_t to, int64_t at, float factor) {
        for (int64_t i = 0; i < inner; i++) output[to + i] += factor * inputs[0][at + i];
      });
    };
    math.backward = [=](const sources&, const float*, const float* upstream, const targets& gradients) {
      if (!gradients[0]) return;
      for_each_entry([&](int64_t to, int64_t at, float factor) {
        for (int64_t i = 0; i < inner; i++) gradients[0][at + i] += factor * upstream[to + i];
      });
    };
    return add_dense_step(graph, extents, {x}, math);
  });
}

int nrt_take(nrt_graph* graph, int x, const int64_t* extents, int rank, const int64_t* places) {
  return graph->guarded([&] {
    const dims to(extents, extents + rank);
    const int64_t count = element_count(to), available = element_count(graph->value(x).extents);
    const auto source = std::make_shared<std::vector<int64_t>>(places, places + count);
    for (int64_t place : *source)
      if (place < 0 || place >= available) throw std::invalid_argument("an index outside its tensor");
    DenseMath math;
    math.forward = [=](const sources& inputs, float* output) {
      for (int64_t i = 0; i < count; i++) output[i] = inputs[0][(*source)[i]];
    };
    math.backward = [=](const sources&, const float*, const float* upstream, const targets& gradients) {
      if (!gradients[0]) return;
      for (int64_t i = 0; i < count; i++) gradients[0][(*source)[i]] += upstream[i];
    };
    return add_dense_step(graph, to, {x}, math);
  });
}

}  // extern "C"
