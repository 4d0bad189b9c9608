// Activations: as layers of their own, as part of the layer before, and their gradients.
#include "Layers/Activation.hpp"

#include "Core/Graph.hpp"
#include "LayerSteps.h"

using dnnl::algorithm;
using dnnl::prop_kind;

namespace nrt {

algorithm activation_algorithm(int activation) {
  switch (activation) {
    case NRT_RELU: return algorithm::eltwise_relu;
    case NRT_CLIP: return algorithm::eltwise_clip_v2;
    case NRT_LOGISTIC: return algorithm::eltwise_logistic;
    case NRT_HARDSWISH: return algorithm::eltwise_hardswish;
    case NRT_LINEAR: return algorithm::eltwise_linear;
    case NRT_TANH: return algorithm::eltwise_tanh;
    case NRT_ELU: return algorithm::eltwise_elu;
    case NRT_SQRT: return algorithm::eltwise_sqrt;
    case NRT_EXP: return algorithm::eltwise_exp;
    case NRT_GELU_ERF: return algorithm::eltwise_gelu_erf;
    case NRT_GELU_TANH: return algorithm::eltwise_gelu_tanh;
    case NRT_SWISH: return algorithm::eltwise_swish;
    case NRT_MISH: return algorithm::eltwise_mish;
    default: throw std::invalid_argument("no such activation");
  }
}

namespace {

// oneDNN 2 has one hard swish, x max(0, min(6, x + 3)) / 6; oneDNN 3 takes its slope and offset.
float first_parameter(int activation, float alpha) {
#if DNNL_VERSION_MAJOR >= 3
  if (activation == NRT_HARDSWISH) return 1.0f / 6;
#endif
  return alpha;
}

float second_parameter(int activation, float beta) {
#if DNNL_VERSION_MAJOR >= 3
  if (activation == NRT_HARDSWISH) return 0.5f;
#endif
  return beta;
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

}  // namespace

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
  const algorithm chosen = activation == NRT_RELU ? algorithm::eltwise_relu_use_dst_for_bwd
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

bool is_known_by_output(int activation) { return activation == NRT_RELU || activation == NRT_CLIP; }

void append_activation(dnnl::post_ops& post, int activation, float alpha, float beta) {
  if (activation == NRT_NONE) return;
  const algorithm chosen = activation_algorithm(activation);
  alpha = first_parameter(activation, alpha);
  beta = second_parameter(activation, beta);
#if DNNL_VERSION_MAJOR >= 3
  post.append_eltwise(chosen, alpha, beta);
#else
  post.append_eltwise(1, chosen, alpha, beta);
#endif
}

}  // namespace nrt

using namespace nrt;

extern "C" {

int nrt_fuses(const nrt_graph* graph, int activation) {
  return activation != NRT_NONE && (!graph->differentiates || is_known_by_output(activation));
}

int nrt_activate(nrt_graph* graph, int x, int activation, float alpha, float beta) {
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

}  // extern "C"
