// Steps on dense elements, and functions of one number.
#include "Dense.hpp"

#include <algorithm>
#include <cmath>

namespace oned {

namespace {

float* elements(const memory& data) { return static_cast<float*>(data.get_data_handle()); }

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
    case ONED_ABS: return pointwise(count, [](float x) { return std::fabs(x); }, [](float x, float) { return sign(x); });
    case ONED_LOG: return pointwise(count, [](float x) { return std::log(x); }, [](float x, float) { return 1 / x; });
    case ONED_RECIPROCAL:
      return pointwise(count, [](float x) { return 1 / x; }, [](float, float y) { return -y * y; });
    case ONED_FLOOR: return pointwise(count, [](float x) { return std::floor(x); }, nowhere);
    case ONED_CEIL: return pointwise(count, [](float x) { return std::ceil(x); }, nowhere);
    case ONED_ROUND: return pointwise(count, [](float x) { return std::nearbyint(x); }, nowhere);
    // Rounds as if it did not: the gradient passes.
    case ONED_ROUND_THROUGH:
      return pointwise(count, [](float x) { return std::nearbyint(x); }, [](float, float) { return 1.0f; });
    case ONED_SIGN: return pointwise(count, sign, nowhere);
    case ONED_TRUNCATE: return pointwise(count, [](float x) { return std::trunc(x); }, nowhere);
    case ONED_ERF:
      return pointwise(
          count, [](float x) { return std::erf(x); },
          [=](float x, float) { return two_over_root_pi * std::exp(-x * x); });
    case ONED_SOFTPLUS: return pointwise(count, softplus, [](float x, float) { return logistic(x); });
    case ONED_SOFTSIGN:
      return pointwise(
          count, [](float x) { return x / (1 + std::fabs(x)); },
          [](float x, float) { return 1 / ((1 + std::fabs(x)) * (1 + std::fabs(x))); });
    // gamma x above 0, else gamma alpha (e^x - 1); beta is gamma.
    case ONED_SELU:
      return pointwise(
          count, [=](float x) { return x > 0 ? beta * x : beta * alpha * std::expm1(x); },
          [=](float x, float) { return x > 0 ? beta : beta * alpha * std::exp(x); });
    case ONED_CELU:
      return pointwise(
          count, [=](float x) { return x > 0 ? x : alpha * std::expm1(x / alpha); },
          [=](float x, float) { return x > 0 ? 1 : std::exp(x / alpha); });
    case ONED_THRESHOLD:
      return pointwise(
          count, [=](float x) { return x > alpha ? x : 0; }, [=](float x, float) { return x > alpha ? 1.0f : 0.0f; });
    // alpha is the threshold, beta the bias.
    case ONED_SHRINK:
      return pointwise(
          count, [=](float x) { return x < -alpha ? x + beta : x > alpha ? x - beta : 0; },
          [=](float x, float) { return x < -alpha || x > alpha ? 1.0f : 0.0f; });
    case ONED_SIN:
      return pointwise(count, [](float x) { return std::sin(x); }, [](float x, float) { return std::cos(x); });
    case ONED_COS:
      return pointwise(count, [](float x) { return std::cos(x); }, [](float x, float) { return -std::sin(x); });
    case ONED_TAN:
      return pointwise(count, [](float x) { return std::tan(x); }, [](float, float y) { return 1 + y * y; });
    case ONED_ASIN:
      return pointwise(
          count, [](float x) { return std::asin(x); }, [](float x, float) { return 1 / std::sqrt(1 - x * x); });
    case ONED_ACOS:
      return pointwise(
          count, [](float x) { return std::acos(x); }, [](float x, float) { return -1 / std::sqrt(1 - x * x); });
    case ONED_ATAN:
      return pointwise(count, [](float x) { return std::atan(x); }, [](float x, float) { return 1 / (1 + x * x); });
    case ONED_SINH:
      return pointwise(count, [](float x) { return std::sinh(x); }, [](float x, float) { return std::cosh(x); });
    case ONED_COSH:
      return pointwise(count, [](float x) { return std::cosh(x); }, [](float x, float) { return std::sinh(x); });
    case ONED_ASINH:
      return pointwise(
          count, [](float x) { return std::asinh(x); }, [](float x, float) { return 1 / std::sqrt(x * x + 1); });
    case ONED_ACOSH:
      return pointwise(
          count, [](float x) { return std::acosh(x); }, [](float x, float) { return 1 / std::sqrt(x * x - 1); });
    case ONED_ATANH:
      return pointwise(count, [](float x) { return std::atanh(x); }, [](float x, float) { return 1 / (1 - x * x); });
    case ONED_NOT: return pointwise(count, [](float x) { return x == 0 ? 1.0f : 0.0f; }, nowhere);
    case ONED_IS_NAN: return pointwise(count, [](float x) { return std::isnan(x) ? 1.0f : 0.0f; }, nowhere);
    // alpha and beta say whether the negative and the positive one count.
    case ONED_IS_INFINITE:
      return pointwise(
          count,
          [=](float x) { return std::isinf(x) && (x < 0 ? alpha : beta) != 0 ? 1.0f : 0.0f; }, nowhere);
    default: throw std::invalid_argument("no such function");
  }
}

}  // namespace

int add_dense_step(oned_graph* graph, const dims& extents, const std::vector<int>& inputs, DenseMath math) {
  std::vector<std::function<memory()>> readers;
  for (int input : inputs) readers.push_back(graph->in_layout(input, dense(graph->value(input).extents)));
  auto pointers = [readers] {
    sources read;
    for (auto& reader : readers) read.push_back(elements(reader()));
    return read;
  };
  return graph->add_step(
      extents, dense(extents), inputs,
      [=](int output) { math.forward(pointers(), elements(graph->data(output))); },
      [=](int output) {
        if (!math.backward) throw std::invalid_argument("a step between the layer and the logits has no gradient");
        memory upstream = graph->gradient(output, dense(extents));
        std::vector<memory> gradients;
        targets written;
        for (int input : inputs) {
          gradients.emplace_back();
          written.push_back(nullptr);
          if (!graph->wants_gradient(input)) continue;
          const dims shape = graph->value(input).extents;
          gradients.back() = memory(dense(shape), engine());
          written.back() = elements(gradients.back());
          std::fill(written.back(), written.back() + element_count(shape), 0.0f);
        }
        math.backward(pointers(), elements(graph->data(output)), elements(upstream), written);
        for (size_t position = 0; position < inputs.size(); position++)
          if (written[position]) graph->add_gradient(inputs[position], gradients[position]);
      });
}

dims broadcast_strides(const dims& extents, const dims& whole) {
  dims strides = dense_strides(extents);
  for (size_t axis = 0; axis < whole.size(); axis++)
    if (extents[axis] == 1 && whole[axis] != 1) strides[axis] = 0;
  return strides;
}

dims broadcast_extents(const std::vector<dims>& operands) {
  dims whole = operands[0];
  for (const dims& operand : operands) {
    if (operand.size() != whole.size()) throw std::invalid_argument("operands of different rank");
    for (size_t axis = 0; axis < whole.size(); axis++) {
      if (operand[axis] != whole[axis] && operand[axis] != 1 && whole[axis] != 1)
        throw std::invalid_argument("operands cannot be broadcast");
      whole[axis] = std::max(whole[axis], operand[axis]);
    }
  }
  return whole;
}

}  // namespace oned

using namespace oned;

extern "C" int oned_map(oned_graph* graph, int x, int function, float alpha, float beta) {
  return graph->guarded([&] {
    const dims extents = graph->value(x).extents;
    return add_dense_step(graph, extents, {x}, function_math(function, alpha, beta, element_count(extents)));
  });
}
