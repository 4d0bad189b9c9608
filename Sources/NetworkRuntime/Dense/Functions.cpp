// Functions of one number.
#include <algorithm>
#include <cmath>

#include "Dense/DenseStep.hpp"
#include "DenseSteps.h"

using namespace nrt;

namespace {

// A function and its slope, given the argument and the function's value.
template <class Function, class Slope>
DenseMath pointwise(int64_t count, Function function, Slope slope) {
  DenseMath math;
  math.forward = [=](const sources& inputs, float* output) {
    const float* x = inputs[0];
    for (int64_t i = 0; i < count; i++) output[i] = function(x[i]);
  };
  math.backward = [=](const sources& inputs, const float* output, const float* upstream, const targets& gradients) {
    const float* x = inputs[0];
    if (float* gradient = gradients[0])
      for (int64_t i = 0; i < count; i++) gradient[i] += upstream[i] * slope(x[i], output[i]);
  };
  return math;
}

float nowhere(float, float) { return 0; }

float sign(float x) { return std::isnan(x) ? x : static_cast<float>((x > 0) - (x < 0)); }

// ln(1 + e^x) without overflow.
float softplus(float x) { return std::max(x, 0.0f) + std::log1p(std::exp(-std::fabs(x))); }

float logistic(float x) { return 1 / (1 + std::exp(-x)); }

DenseMath function_math(int function, float alpha, float beta, int64_t count) {
  constexpr float two_over_root_pi = 1.1283791670955126f;
  switch (function) {
    case NRT_ABS: return pointwise(count, [](float x) { return std::fabs(x); }, [](float x, float) { return sign(x); });
    case NRT_LOG: return pointwise(count, [](float x) { return std::log(x); }, [](float x, float) { return 1 / x; });
    case NRT_RECIPROCAL:
      return pointwise(count, [](float x) { return 1 / x; }, [](float, float y) { return -y * y; });
    case NRT_FLOOR: return pointwise(count, [](float x) { return std::floor(x); }, nowhere);
    case NRT_CEIL: return pointwise(count, [](float x) { return std::ceil(x); }, nowhere);
    case NRT_ROUND: return pointwise(count, [](float x) { return std::nearbyint(x); }, nowhere);
    // Rounds as if it did not: the gradient passes.
    case NRT_ROUND_THROUGH:
      return pointwise(count, [](float x) { return std::nearbyint(x); }, [](float, float) { return 1.0f; });
    case NRT_SIGN: return pointwise(count, sign, nowhere);
    case NRT_TRUNCATE: return pointwise(count, [](float x) { return std::trunc(x); }, nowhere);
    case NRT_ERF:
      return pointwise(
          count, [](float x) { return std::erf(x); },
          [=](float x, float) { return two_over_root_pi * std::exp(-x * x); });
    case NRT_SOFTPLUS: return pointwise(count, softplus, [](float x, float) { return logistic(x); });
    case NRT_SOFTSIGN:
      return pointwise(
          count, [](float x) { return x / (1 + std::fabs(x)); },
          [](float x, float) { return 1 / ((1 + std::fabs(x)) * (1 + std::fabs(x))); });
    // gamma x above 0, else gamma alpha (e^x - 1); beta is gamma.
    case NRT_SELU:
      return pointwise(
          count, [=](float x) { return x > 0 ? beta * x : beta * alpha * std::expm1(x); },
          [=](float x, float) { return x > 0 ? beta : beta * alpha * std::exp(x); });
    case NRT_CELU:
      return pointwise(
          count, [=](float x) { return x > 0 ? x : alpha * std::expm1(x / alpha); },
          [=](float x, float) { return x > 0 ? 1 : std::exp(x / alpha); });
    case NRT_THRESHOLD:
      return pointwise(
          count, [=](float x) { return x > alpha ? x : 0; }, [=](float x, float) { return x > alpha ? 1.0f : 0.0f; });
    // alpha is the threshold, beta the bias.
    case NRT_SHRINK:
      return pointwise(
          count, [=](float x) { return x < -alpha ? x + beta : x > alpha ? x - beta : 0; },
          [=](float x, float) { return x < -alpha || x > alpha ? 1.0f : 0.0f; });
    case NRT_SIN:
      return pointwise(count, [](float x) { return std::sin(x); }, [](float x, float) { return std::cos(x); });
    case NRT_COS:
      return pointwise(count, [](float x) { return std::cos(x); }, [](float x, float) { return -std::sin(x); });
    case NRT_TAN:
      return pointwise(count, [](float x) { return std::tan(x); }, [](float, float y) { return 1 + y * y; });
    case NRT_ASIN:
      return pointwise(
          count, [](float x) { return std::asin(x); }, [](float x, float) { return 1 / std::sqrt(1 - x * x); });
    case NRT_ACOS:
      return pointwise(
          count, [](float x) { return std::acos(x); }, [](float x, float) { return -1 / std::sqrt(1 - x * x); });
    case NRT_ATAN:
      return pointwise(count, [](float x) { return std::atan(x); }, [](float x, float) { return 1 / (1 + x * x); });
    case NRT_SINH:
      return pointwise(count, [](float x) { return std::sinh(x); }, [](float x, float) { return std::cosh(x); });
    case NRT_COSH:
      return pointwise(count, [](float x) { return std::cosh(x); }, [](float x, float) { return std::sinh(x); });
    case NRT_ASINH:
      return pointwise(
          count, [](float x) { return std::asinh(x); }, [](float x, float) { return 1 / std::sqrt(x * x + 1); });
    case NRT_ACOSH:
      return pointwise(
          count, [](float x) { return std::acosh(x); }, [](float x, float) { return 1 / std::sqrt(x * x - 1); });
    case NRT_ATANH:
      return pointwise(count, [](float x) { return std::atanh(x); }, [](float x, float) { return 1 / (1 - x * x); });
    case NRT_NOT: return pointwise(count, [](float x) { return x == 0 ? 1.0f : 0.0f; }, nowhere);
    case NRT_IS_NAN: return pointwise(count, [](float x) { return std::isnan(x) ? 1.0f : 0.0f; }, nowhere);
    // alpha and beta say whether the negative and the positive one count.
    case NRT_IS_INFINITE:
      return pointwise(
          count,
          [=](float x) { return std::isinf(x) && (x < 0 ? alpha : beta) != 0 ? 1.0f : 0.0f; }, nowhere);
    default: throw std::invalid_argument("no such function");
  }
}

}  // namespace

extern "C" int nrt_map(nrt_graph* graph, int x, int function, float alpha, float beta) {
  return graph->guarded([&] {
    const dims extents = graph->value(x).extents;
    return add_dense_step(graph, extents, {x}, function_math(function, alpha, beta, element_count(extents)));
  });
}
