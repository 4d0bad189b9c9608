// Activations, arithmetic with broadcasting, and means.
#include <memory>

#include "Activation.hpp"
#include "Graph.hpp"

using dnnl::algorithm;
using dnnl::prop_kind;

namespace oned {

algorithm activation_algorithm(int activation) {
  switch (activation) {
    case ONED_RELU: return algorithm::eltwise_relu;
    case ONED_CLIP: return algorithm::eltwise_clip_v2;
    case ONED_LOGISTIC: return algorithm::eltwise_logistic;
    case ONED_HARDSWISH: return algorithm::eltwise_hardswish;
    case ONED_LINEAR: return algorithm::eltwise_linear;
    case ONED_TANH: return algorithm::eltwise_tanh;
    case ONED_ELU: return algorithm::eltwise_elu;
    case ONED_SQRT: return algorithm::eltwise_sqrt;
    case ONED_EXP: return algorithm::eltwise_exp;
    case ONED_GELU_ERF: return algorithm::eltwise_gelu_erf;
    case ONED_GELU_TANH: return algorithm::eltwise_gelu_tanh;
    case ONED_SWISH: return algorithm::eltwise_swish;
    case ONED_MISH: return algorithm::eltwise_mish;
    default: throw std::invalid_argument("no such activation");
  }
}

namespace {

// oneDNN 2 has one hard swish, x max(0, min(6, x + 3)) / 6; oneDNN 3 takes its slope and offset.
float first_parameter(int activation, float alpha) {
#if DNNL_VERSION_MAJOR >= 3
  if (activation == ONED_HARDSWISH) return 1.0f / 6;
#endif
  return alpha;
}

float second_parameter(int activation, float beta) {
#if DNNL_VERSION_MAJOR >= 3
  if (activation == ONED_HARDSWISH) return 0.5f;
#endif
  return beta;
}

dnnl::eltwise_forward::primitive_desc describe_activation(int activation, float alpha, float beta,
                                                          const memory::desc& layout) {
  alpha = first_parameter(activation, alpha);
  beta = second_parameter(activation, beta);
#if DNNL_VERSION_MAJOR >= 3
  return describe<dnnl::eltwise_forward>(prop_kind::forward_training, activation_algorithm(activation), layout, layout,
                                         alpha, beta);
#else
  return describe<dnnl::eltwise_forward>(prop_kind::forward_training, activation_algorithm(activation), layout, alpha,
                                         beta);
#endif
}

dnnl::eltwise_backward::primitive_desc describe_gradient(algorithm chosen, float alpha, float beta,
                                                         const memory::desc& layout) {
#if DNNL_VERSION_MAJOR >= 3
  auto forward = describe<dnnl::eltwise_forward>(prop_kind::forward_training, chosen, layout, layout, alpha, beta);
  return describe_backward<dnnl::eltwise_backward>(forward, chosen, layout, layout, layout, alpha, beta);
#else
  auto forward = describe<dnnl::eltwise_forward>(prop_kind::forward_training, chosen, layout, alpha, beta);
  return describe_backward<dnnl::eltwise_backward>(forward, chosen, layout, layout, alpha, beta);
#endif
}

memory combined(algorithm operation, memory a, memory b, const memory::desc& layout) {
  memory result(layout, engine());
  auto description = describe<dnnl::binary>(operation, a.get_desc(), b.get_desc(), layout);
  dnnl::binary(description).execute(stream(), {{DNNL_ARG_SRC_0, a}, {DNNL_ARG_SRC_1, b}, {DNNL_ARG_DST, result}});
  return result;
}

memory scaled(memory x, float factor) {
  auto description = describe_activation(ONED_LINEAR, factor, 0, x.get_desc());
  memory result(x.get_desc(), engine());
  dnnl::eltwise_forward(description).execute(stream(), {{DNNL_ARG_SRC, x}, {DNNL_ARG_DST, result}});
  return result;
}

// The sum over the axes along which `extents` is 1 and x is not.
memory summed(memory x, const dims& from, const dims& extents) {
  if (from == extents) return x;
  memory result(dense(extents), engine());
  auto description =
      describe<dnnl::reduction>(algorithm::reduction_sum, x.get_desc(), result.get_desc(), 0.0f, 0.0f);
  dnnl::reduction(description).execute(stream(), {{DNNL_ARG_SRC, x}, {DNNL_ARG_DST, result}});
  return result;
}

memory full_of(float value, const dims& extents) {
  memory result(dense(extents), engine());
  float* elements = static_cast<float*>(result.get_data_handle());
  std::fill(elements, elements + element_count(extents), value);
  return result;
}

}  // namespace

memory activation_gradient(int activation, float alpha, float beta, memory x, memory upstream) {
  const memory::desc layout = x.get_desc();
  auto description = describe_gradient(activation_algorithm(activation), first_parameter(activation, alpha),
                                       second_parameter(activation, beta), layout);
  memory gradient(layout, engine());
  dnnl::eltwise_backward(description)
      .execute(stream(), {{DNNL_ARG_SRC, x},
                          {DNNL_ARG_DIFF_DST, in_layout(upstream, layout)},
                          {DNNL_ARG_DIFF_SRC, gradient}});
  return gradient;
}

std::function<memory(memory, memory)> activation_gradient_by_output(int activation, float alpha, float beta,
                                                                    const memory::desc& layout) {
  if (!is_known_by_output(activation)) throw std::invalid_argument("not an activation that is known by its output");
  const algorithm chosen = activation == ONED_RELU ? algorithm::eltwise_relu_use_dst_for_bwd
                                                   : algorithm::eltwise_clip_v2_use_dst_for_bwd;
  auto primitive = dnnl::eltwise_backward(describe_gradient(chosen, alpha, beta, layout));
  return [=](memory y, memory upstream) {
    memory gradient(layout, engine());
    primitive.execute(stream(), {{DNNL_ARG_DST, y},
                                 {DNNL_ARG_DIFF_DST, in_layout(upstream, layout)},
                                 {DNNL_ARG_DIFF_SRC, gradient}});
    return gradient;
  };
}

bool is_known_by_output(int activation) { return activation == ONED_RELU || activation == ONED_CLIP; }

void append_activation(dnnl::post_ops& post, int activation, float alpha, float beta) {
  if (activation == ONED_NONE) return;
  const algorithm chosen = activation_algorithm(activation);
  alpha = first_parameter(activation, alpha);
  beta = second_parameter(activation, beta);
#if DNNL_VERSION_MAJOR >= 3
  post.append_eltwise(chosen, alpha, beta);
#else
  post.append_eltwise(1, chosen, alpha, beta);
#endif
}

}  // namespace oned

using namespace oned;

extern "C" {

int oned_activate(oned_graph* graph, int x, int activation, float alpha, float beta) {
  return graph->guarded([&] {
    const memory::desc layout = graph->value(x).layout;
    const dims extents = graph->value(x).extents;
    if (graph->is_outline) return graph->add_outline(extents, {x});
    auto description = describe_activation(activation, alpha, beta, layout);
    auto primitive = dnnl::eltwise_forward(description);
    int made = graph->add_step(
        extents, layout, {x},
        [=](int output) {
          primitive.execute(stream(), {{DNNL_ARG_SRC, graph->data(x)}, {DNNL_ARG_DST, graph->data(output)}});
        },
        [=](int output) {
          graph->add_gradient(
              x, activation_gradient(activation, alpha, beta, graph->data(x), graph->gradients[output]));
        });
    Step& step = graph->latest();
    step.overwrites = x;
    step.keeps_output = false;
    step.kind = "activation";
    step.implementation = implementation(description);
    return made;
  });
}

int oned_combine(oned_graph* graph, int a, int b, int operation) {
  return graph->guarded([&] {
    const dims left = graph->value(a).extents, right = graph->value(b).extents;
    if (left.size() != right.size()) throw std::invalid_argument("operands of different rank");
    dims extents = left;
    for (size_t axis = 0; axis < left.size(); axis++) {
      if (left[axis] != right[axis] && left[axis] != 1 && right[axis] != 1)
        throw std::invalid_argument("operands cannot be broadcast");
      extents[axis] = std::max(left[axis], right[axis]);
    }
    if (graph->is_outline) return graph->add_outline(extents, {a, b});
    // oneDNN broadcasts the second operand only: the first is spread out by adding it to zeros where it must be.
    const bool is_spread = left != extents;
    const bool is_same = left == right;
    const memory::desc layout = is_spread ? dense(extents) : graph->value(a).layout;
    const memory::desc right_layout = is_same ? layout : dense(right);
    const algorithm chosen = operation == ONED_ADD   ? algorithm::binary_add
                             : operation == ONED_SUB ? algorithm::binary_sub
                             : operation == ONED_MUL ? algorithm::binary_mul
                                                     : algorithm::binary_div;
    auto first = graph->in_layout(a, is_spread ? dense(left) : layout), second = graph->in_layout(b, right_layout);
    auto left_operand = [=] {
      return is_spread ? combined(algorithm::binary_add, full_of(0, extents), first(), layout) : first();
    };
    auto description = describe<dnnl::binary>(chosen, layout, right_layout, layout);
    auto primitive = dnnl::binary(description);
    int made = graph->add_step(
        extents, layout, {a, b},
        [=](int output) {
          primitive.execute(stream(), {{DNNL_ARG_SRC_0, left_operand()},
                                       {DNNL_ARG_SRC_1, second()},
                                       {DNNL_ARG_DST, graph->data(output)}});
        },
        [=](int output) {
          const bool is_product = operation == ONED_MUL || operation == ONED_DIV;
          const memory::desc plain = is_product && !is_same ? dense(extents) : layout;
          memory upstream = graph->gradient(output, plain);
          memory by_left = upstream, by_right = upstream;
          if (operation == ONED_SUB) by_right = scaled(upstream, -1);
          if (is_product) {
            const algorithm kind = operation == ONED_MUL ? algorithm::binary_mul : algorithm::binary_div;
            by_left = combined(kind, upstream, second(), plain);
            if (operation == ONED_MUL) {
              by_right = combined(algorithm::binary_mul, upstream, in_layout(left_operand(), plain), plain);
            } else {
              // d(a / b) / db = -(a / b) / b
              memory quotient = in_layout(graph->data(output), plain);
              memory share = combined(algorithm::binary_mul, upstream, quotient, plain);
              by_right = scaled(combined(algorithm::binary_div, share, second(), plain), -1);
            }
          }
          if (graph->wants_gradient(a)) graph->add_gradient(a, summed(by_left, extents, left));
          if (graph->wants_gradient(b)) graph->add_gradient(b, summed(by_right, extents, right));
        });
    Step& step = graph->latest();
    step.keeps_inputs = operation == ONED_MUL || operation == ONED_DIV;
    step.keeps_output = operation == ONED_DIV;
    step.kind = "arithmetic";
    step.implementation = implementation(description);
    step.operations = static_cast<double>(element_count(extents));
    return made;
  });
}

int oned_mean(oned_graph* graph, int x, const int64_t* result_dims) {
  return graph->guarded([&] {
    const dims from = graph->value(x).extents;
    const dims extents(result_dims, result_dims + from.size());
    if (graph->is_outline) return graph->add_outline(extents, {x});
    const float share = static_cast<float>(element_count(extents)) / static_cast<float>(element_count(from));
    auto source = graph->in_layout(x, dense(from));
    auto primitive = dnnl::reduction(
        describe<dnnl::reduction>(algorithm::reduction_mean, dense(from), dense(extents), 0.0f, 0.0f));
    return graph->add_step(
        extents, dense(extents), {x},
        [=](int output) {
          primitive.execute(stream(), {{DNNL_ARG_SRC, source()}, {DNNL_ARG_DST, graph->data(output)}});
        },
        [=](int output) {
          memory upstream = graph->gradient(output, dense(extents));
          graph->add_gradient(x, combined(algorithm::binary_mul, full_of(share, from), upstream, dense(from)));
        });
  });
}

}  // extern "C"
