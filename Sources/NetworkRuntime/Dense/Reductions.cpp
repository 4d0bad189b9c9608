// Sums, norms and extremes over axes, and the largest elements along one.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "Dense/DenseStep.hpp"
#include "DenseSteps.h"

using namespace nrt;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Folds every element of x into that of `result` it belongs to; sums are taken in double precision.
template <class Fold, class Finish>
void fold(const float* x, float* output, const dims& from, const std::vector<dims>& strides, int64_t count,
          double start, Fold add, Finish finish) {
  std::vector<double> totals(count, start);
  for_each_place<1>(from, strides, [&](int64_t i, const int64_t* at) { add(totals[at[0]], x[i]); });
  for (int64_t i = 0; i < count; i++) output[i] = static_cast<float>(finish(totals[i]));
}

// Logarithm of the sum of exponentials, from the largest exponent.
void log_sum_exp(const float* x, float* output, const dims& from, const std::vector<dims>& strides, int64_t count) {
  std::vector<double> largest(count, -infinity), sums(count, 0);
  for_each_place<1>(from, strides, [&](int64_t i, const int64_t* at) {
    largest[at[0]] = std::max(largest[at[0]], static_cast<double>(x[i]));
  });
  auto shift = [&](int64_t place) { return std::isfinite(largest[place]) ? largest[place] : 0; };
  for_each_place<1>(from, strides,
                    [&](int64_t i, const int64_t* at) { sums[at[0]] += std::exp(x[i] - shift(at[0])); });
  for (int64_t i = 0; i < count; i++) output[i] = static_cast<float>(shift(i) + std::log(sums[i]));
}

void reduce(int kind, const float* x, float* output, const dims& from, const std::vector<dims>& strides,
            int64_t count) {
  const double share = static_cast<double>(count) / static_cast<double>(element_count(from));
  auto same = [](double total) { return total; };
  auto sum = [](double& total, float value) { total += value; };
  auto larger = [](double& total, float value) {
    if (value > total || std::isnan(value)) total = value;
  };
  auto smaller = [](double& total, float value) {
    if (value < total || std::isnan(value)) total = value;
  };
  auto size = [](double& total, float value) { total += std::fabs(value); };
  auto square = [](double& total, float value) { total += static_cast<double>(value) * value; };
  auto logarithm = [](double total) { return std::log(total); };
  switch (kind) {
    case NRT_SUM: return fold(x, output, from, strides, count, 0, sum, same);
    case NRT_MEAN: return fold(x, output, from, strides, count, 0, sum, [=](double total) { return total * share; });
    case NRT_MAXIMUM: return fold(x, output, from, strides, count, -infinity, larger, same);
    case NRT_MINIMUM: return fold(x, output, from, strides, count, infinity, smaller, same);
    case NRT_PRODUCT:
      return fold(x, output, from, strides, count, 1, [](double& total, float value) { total *= value; }, same);
    case NRT_L1: return fold(x, output, from, strides, count, 0, size, same);
    case NRT_L2: return fold(x, output, from, strides, count, 0, square, [](double total) { return std::sqrt(total); });
    case NRT_SUM_OF_SQUARES: return fold(x, output, from, strides, count, 0, square, same);
    case NRT_LOG_SUM: return fold(x, output, from, strides, count, 0, sum, logarithm);
    case NRT_LOG_SUM_EXP: return log_sum_exp(x, output, from, strides, count);
    default: throw std::invalid_argument("no such reduction");
  }
}

// Gradients that depend on the other elements: extremes share theirs evenly, a product's is the product of the others.
void reduce_backward_jointly(int kind, const float* x, const float* y, const float* upstream, float* gradient,
                             const dims& from, const std::vector<dims>& strides, int64_t count) {
  std::vector<int64_t> chosen(count, 0);
  std::vector<double> others(count, 1);
  const bool is_product = kind == NRT_PRODUCT;
  for_each_place<1>(from, strides, [&](int64_t i, const int64_t* at) {
    if (is_product ? x[i] == 0 : x[i] == y[at[0]]) chosen[at[0]]++;
    if (is_product && x[i] != 0) others[at[0]] *= x[i];
  });
  for_each_place<1>(from, strides, [&](int64_t i, const int64_t* at) {
    const int64_t place = at[0];
    if (!is_product) {
      if (x[i] == y[place]) gradient[i] += upstream[place] / static_cast<float>(chosen[place]);
    } else if (chosen[place] == 0) {
      gradient[i] += static_cast<float>(upstream[place] * others[place] / x[i]);
    } else if (chosen[place] == 1 && x[i] == 0) {
      gradient[i] += static_cast<float>(upstream[place] * others[place]);
    }
  });
}

void reduce_backward(int kind, const float* x, const float* y, const float* upstream, float* gradient, const dims& from,
                     const std::vector<dims>& strides, int64_t count) {
  if (kind == NRT_MAXIMUM || kind == NRT_MINIMUM || kind == NRT_PRODUCT)
    return reduce_backward_jointly(kind, x, y, upstream, gradient, from, strides, count);
  const float share = static_cast<float>(count) / static_cast<float>(element_count(from));
  auto slope = [=](float value, float result) -> float {
    switch (kind) {
      case NRT_SUM: return 1;
      case NRT_MEAN: return share;
      case NRT_L1: return static_cast<float>((value > 0) - (value < 0));
      case NRT_L2: return result == 0 ? 0 : value / result;
      case NRT_SUM_OF_SQUARES: return 2 * value;
      case NRT_LOG_SUM: return std::exp(-result);
      default: return std::exp(value - result);
    }
  };
  for_each_place<1>(from, strides, [&](int64_t i, const int64_t* at) {
    gradient[i] += upstream[at[0]] * slope(x[i], y[at[0]]);
  });
}

// An axis among those before and after it.
struct Along {
  int64_t outer = 1, extent, inner = 1;

  Along(const dims& extents, int axis) : extent(extents[axis]) {
    for (int before = 0; before < axis; before++) outer *= extents[before];
    for (size_t after = axis + 1; after < extents.size(); after++) inner *= extents[after];
  }
};

// The indices of the first k along each line, in order; calls body(offset of the line, rank, index).
template <class Body>
void for_each_top(const float* x, const Along& along, int64_t k, bool is_largest, bool prefers_last, Body body) {
  std::vector<int64_t> order(along.extent);
  for (int64_t outer = 0; outer < along.outer; outer++)
    for (int64_t inner = 0; inner < along.inner; inner++) {
      const int64_t first = outer * along.extent * along.inner + inner;
      std::iota(order.begin(), order.end(), 0);
      std::partial_sort(order.begin(), order.begin() + k, order.end(), [&](int64_t a, int64_t b) {
        const float left = x[first + a * along.inner], right = x[first + b * along.inner];
        if (left != right && !std::isnan(left) && !std::isnan(right)) return is_largest ? left > right : left < right;
        if (std::isnan(left) != std::isnan(right)) return std::isnan(left) == is_largest;
        return prefers_last ? a > b : a < b;
      });
      for (int64_t rank = 0; rank < k; rank++) body(outer, inner, rank, order[rank]);
    }
}

}  // namespace

extern "C" {

int nrt_reduce(nrt_graph* graph, int x, int kind, const int64_t* result_dims) {
  return graph->guarded([&] {
    const dims from = graph->value(x).extents, extents(result_dims, result_dims + from.size());
    for (size_t axis = 0; axis < from.size(); axis++)
      if (extents[axis] != 1 && extents[axis] != from[axis]) throw std::invalid_argument("no reduction of its input");
    const std::vector<dims> strides{broadcast_strides(extents, from)};
    const int64_t count = element_count(extents);
    DenseMath math;
    math.forward = [=](const sources& inputs, float* output) { reduce(kind, inputs[0], output, from, strides, count); };
    math.backward = [=](const sources& inputs, const float* output, const float* upstream, const targets& gradients) {
      if (gradients[0]) reduce_backward(kind, inputs[0], output, upstream, gradients[0], from, strides, count);
    };
    return add_dense_step(graph, extents, {x}, math);
  });
}

int nrt_top(nrt_graph* graph, int x, int axis, int64_t k, int is_largest, int wants_indices, int prefers_last) {
  return graph->guarded([&] {
    const dims from = graph->value(x).extents;
    if (axis < 0 || axis >= static_cast<int>(from.size()) || k < 1 || k > from[axis])
      throw std::invalid_argument("there are not so many elements along the axis");
    dims extents = from;
    extents[axis] = k;
    const Along along(from, axis);
    DenseMath math;
    math.forward = [=](const sources& inputs, float* output) {
      for_each_top(inputs[0], along, k, is_largest, prefers_last,
                   [&](int64_t outer, int64_t inner, int64_t rank, int64_t index) {
                     const float value = inputs[0][(outer * along.extent + index) * along.inner + inner];
                     output[(outer * k + rank) * along.inner + inner] =
                         wants_indices ? static_cast<float>(index) : value;
                   });
    };
    math.backward = [=](const sources& inputs, const float*, const float* upstream, const targets& gradients) {
      if (!gradients[0] || wants_indices) return;
      for_each_top(inputs[0], along, k, is_largest, prefers_last,
                   [&](int64_t outer, int64_t inner, int64_t rank, int64_t index) {
                     gradients[0][(outer * along.extent + index) * along.inner + inner] +=
                         upstream[(outer * k + rank) * along.inner + inner];
                   });
    };
    return add_dense_step(graph, extents, {x}, math);
  });
}

}  // extern "C"
