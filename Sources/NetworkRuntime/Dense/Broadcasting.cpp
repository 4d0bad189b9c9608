// Functions of two numbers and choices between two, with broadcasting on every side.
#include <algorithm>
#include <cmath>

#include "Dense/DenseStep.hpp"
#include "DenseSteps.h"

using namespace nrt;

namespace {

struct Slopes {
  float left, right;
};

// The remainder with the divisor's sign.
float floored_remainder(float a, float b) {
  float rest = std::fmod(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

template <class Function, class Slope>
int add_pair(nrt_graph* graph, int a, int b, Function function, Slope slopes) {
  const dims left = graph->value(a).extents, right = graph->value(b).extents;
  const dims whole = broadcast_extents({left, right});
  const std::vector<dims> strides{broadcast_strides(left, whole), broadcast_strides(right, whole)};
  DenseMath math;
  math.forward = [=](const sources& inputs, float* output) {
    for_each_place<2>(whole, strides, [&](int64_t i, const int64_t* at) {
      output[i] = function(inputs[0][at[0]], inputs[1][at[1]]);
    });
  };
  math.backward = [=](const sources& inputs, const float* output, const float* upstream, const targets& gradients) {
    for_each_place<2>(whole, strides, [&](int64_t i, const int64_t* at) {
      const Slopes slope = slopes(inputs[0][at[0]], inputs[1][at[1]], output[i]);
      if (gradients[0]) gradients[0][at[0]] += upstream[i] * slope.left;
      if (gradients[1]) gradients[1][at[1]] += upstream[i] * slope.right;
    });
  };
  return add_dense_step(graph, whole, {a, b}, math);
}

// What is constant between its jumps.
template <class Function>
int add_predicate(nrt_graph* graph, int a, int b, Function function) {
  return add_pair(
      graph, a, b, [=](float x, float y) { return static_cast<float>(function(x, y)); },
      [](float, float, float) { return Slopes{0, 0}; });
}

}  // namespace

extern "C" {

int nrt_pair(nrt_graph* graph, int a, int b, int pairing) {
  return graph->guarded([&] {
    switch (pairing) {
      case NRT_POWER:
        return add_pair(
            graph, a, b, [](float x, float y) { return std::pow(x, y); },
            [](float x, float y, float z) {
              return Slopes{y == 0 ? 0 : y * std::pow(x, y - 1), x > 0 ? z * std::log(x) : 0};
            });
      // Where both are equal, each gets half.
      case NRT_LARGER:
        return add_pair(
            graph, a, b, [](float x, float y) { return std::isnan(x) || x > y ? x : y; },
            [](float x, float y, float) { return x == y ? Slopes{0.5f, 0.5f} : x > y ? Slopes{1, 0} : Slopes{0, 1}; });
      case NRT_SMALLER:
        return add_pair(
            graph, a, b, [](float x, float y) { return std::isnan(x) || x < y ? x : y; },
            [](float x, float y, float) { return x == y ? Slopes{0.5f, 0.5f} : x < y ? Slopes{1, 0} : Slopes{0, 1}; });
      case NRT_REMAINDER:
        return add_pair(graph, a, b, floored_remainder,
                        [](float x, float y, float) { return Slopes{1, -std::floor(x / y)}; });
      case NRT_TRUNCATED_REMAINDER:
        return add_pair(
            graph, a, b, [](float x, float y) { return std::fmod(x, y); },
            [](float x, float y, float) { return Slopes{1, -std::trunc(x / y)}; });
      case NRT_INTEGER_QUOTIENT: return add_predicate(graph, a, b, [](float x, float y) { return std::trunc(x / y); });
      case NRT_PARAMETRIC_RELU:
        return add_pair(
            graph, a, b, [](float x, float y) { return x > 0 ? x : x * y; },
            [](float x, float y, float) { return x > 0 ? Slopes{1, 0} : Slopes{y, x}; });
      case NRT_LESS: return add_predicate(graph, a, b, [](float x, float y) { return x < y; });
      case NRT_LESS_OR_EQUAL: return add_predicate(graph, a, b, [](float x, float y) { return x <= y; });
      case NRT_GREATER: return add_predicate(graph, a, b, [](float x, float y) { return x > y; });
      case NRT_GREATER_OR_EQUAL: return add_predicate(graph, a, b, [](float x, float y) { return x >= y; });
      case NRT_EQUAL: return add_predicate(graph, a, b, [](float x, float y) { return x == y; });
      case NRT_AND: return add_predicate(graph, a, b, [](float x, float y) { return x != 0 && y != 0; });
      case NRT_OR: return add_predicate(graph, a, b, [](float x, float y) { return x != 0 || y != 0; });
      case NRT_XOR: return add_predicate(graph, a, b, [](float x, float y) { return (x != 0) != (y != 0); });
      default: throw std::invalid_argument("no such function of two numbers");
    }
  });
}

int nrt_select(nrt_graph* graph, int condition, int a, int b) {
  return graph->guarded([&] {
    const std::vector<dims> shapes{graph->value(condition).extents, graph->value(a).extents, graph->value(b).extents};
    const dims whole = broadcast_extents(shapes);
    std::vector<dims> strides;
    for (const dims& shape : shapes) strides.push_back(broadcast_strides(shape, whole));
    DenseMath math;
    math.forward = [=](const sources& inputs, float* output) {
      for_each_place<3>(whole, strides, [&](int64_t i, const int64_t* at) {
        output[i] = inputs[0][at[0]] != 0 ? inputs[1][at[1]] : inputs[2][at[2]];
      });
    };
    math.backward = [=](const sources& inputs, const float*, const float* upstream, const targets& gradients) {
      for_each_place<3>(whole, strides, [&](int64_t i, const int64_t* at) {
        const int chosen = inputs[0][at[0]] != 0 ? 1 : 2;
        if (gradients[chosen]) gradients[chosen][at[chosen]] += upstream[i];
      });
    };
    return add_dense_step(graph, whole, {condition, a, b}, math);
  });
}

int nrt_expand(nrt_graph* graph, int x, const int64_t* extents) {
  return graph->guarded([&] {
    const dims from = graph->value(x).extents, whole(extents, extents + from.size());
    for (size_t axis = 0; axis < whole.size(); axis++)
      if (from[axis] != whole[axis] && from[axis] != 1) throw std::invalid_argument("it cannot be broadcast");
    const std::vector<dims> strides{broadcast_strides(from, whole)};
    DenseMath math;
    math.forward = [=](const sources& inputs, float* output) {
      for_each_place<1>(whole, strides, [&](int64_t i, const int64_t* at) { output[i] = inputs[0][at[0]]; });
    };
    math.backward = [=](const sources&, const float*, const float* upstream, const targets& gradients) {
      if (gradients[0])
        for_each_place<1>(whole, strides, [&](int64_t i, const int64_t* at) { gradients[0][at[0]] += upstream[i]; });
    };
    return add_dense_step(graph, whole, {x}, math);
  });
}

}  // extern "C"
