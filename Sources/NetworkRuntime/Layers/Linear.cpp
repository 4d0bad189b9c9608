// Linear layers, and products of matrices.
#include <algorithm>
#include <memory>

#include "Layers/Activation.hpp"
#include "Core/Graph.hpp"
#include "LayerSteps.h"

using namespace nrt;
using dnnl::prop_kind;

namespace {

memory::desc transposed_last(const dims& extents) {
  dims strides = dense_strides(extents);
  dims shape = extents;
  size_t rank = extents.size();
  std::swap(shape[rank - 1], shape[rank - 2]);
  std::swap(strides[rank - 1], strides[rank - 2]);
  return memory::desc(shape, memory::data_type::f32, strides);
}

void multiply(memory a, memory b, memory result) {
  auto description = describe<dnnl::matmul>(a.get_desc(), b.get_desc(), result.get_desc());
  dnnl::matmul(description).execute(stream(), {{DNNL_ARG_SRC, a}, {DNNL_ARG_WEIGHTS, b}, {DNNL_ARG_DST, result}});
}

}  // namespace

extern "C" {

int nrt_linear(nrt_graph* graph, int x, const char* key, const float* weights, int64_t outputs, int64_t inputs,
               const float* bias, int activation, float alpha, float beta) {
  return graph->guarded([&] {
    const dims input = graph->value(x).extents;
    const dims extents{input[0], outputs}, kernel{outputs, inputs};
    if (input.size() != 2 || input[1] != inputs) throw std::invalid_argument("weights do not fit their input");
    if (graph->is_outline) return graph->add_outline(extents, {x});
    const auto elements = graph->precision == NRT_BF16 ? memory::data_type::bf16 : memory::data_type::f32;
    const memory::desc bias_layout({outputs}, memory::data_type::f32, memory::format_tag::x);
    dnnl::post_ops post;
    append_activation(post, activation, alpha, beta);
    dnnl::primitive_attr attributes;
    attributes.set_post_ops(post);
    auto forward = describe_with<dnnl::inner_product_forward>(
        attributes, graph->differentiates ? prop_kind::forward_training : prop_kind::forward_inference,
        dense(input, elements), any(kernel, elements), bias_layout, dense(extents));
    const std::string name = key;
    memory weight_data = graph->weights->find(name, forward.weights_desc());
    memory bias_data = graph->weights->find(name + ".bias", bias_layout);
    dnnl::inner_product_backward_data::primitive_desc backward;
    memory backward_data;
    if (graph->differentiates) {
      backward = describe_backward<dnnl::inner_product_backward_data>(forward, dense(input), any(kernel),
                                                                      dense(extents));
      backward_data = graph->weights->find(name, backward.weights_desc());
    }
    const bool is_known = weight_data && bias_data && (!graph->differentiates || backward_data);
    if (!is_known && !weights) return static_cast<int>(NRT_WEIGHTS_NEEDED);
    if (!weight_data) weight_data = graph->weights->add(name, forward.weights_desc(), dense(kernel), weights);
    if (!bias_data) bias_data = graph->weights->add(name + ".bias", bias_layout, bias_layout, bias);
    std::shared_ptr<dnnl::inner_product_backward_data> differentiate;
    std::function<memory(memory, memory)> activation_gradient;
    if (graph->differentiates) {
      if (backward.weights_desc() == weight_data.get_desc()) backward_data = weight_data;
      if (!backward_data) backward_data = graph->weights->add(name, backward.weights_desc(), dense(kernel), weights);
      differentiate = std::make_shared<dnnl::inner_product_backward_data>(backward);
      if (activation != NRT_NONE)
        activation_gradient = activation_gradient_by_output(activation, alpha, beta, dense(extents));
    }
    auto primitive = dnnl::inner_product_forward(forward);
    auto source = graph->in_layout(x, dense(input, elements));
    int made = graph->add_step(
        extents, dense(extents), {x},
        [=](int output) {
          primitive.execute(stream(), {{DNNL_ARG_SRC, source()},
                                       {DNNL_ARG_WEIGHTS, weight_data},
                                       {DNNL_ARG_BIAS, bias_data},
                                       {DNNL_ARG_DST, graph->data(output)}});
        },
        [=](int output) {
          memory upstream = graph->gradient(output, dense(extents));
          if (activation_gradient) upstream = activation_gradient(graph->data(output), upstream);
          memory gradient(dense(input), engine());
          differentiate->execute(stream(), {{DNNL_ARG_DIFF_DST, upstream},
                                            {DNNL_ARG_WEIGHTS, backward_data},
                                            {DNNL_ARG_DIFF_SRC, gradient}});
          graph->add_gradient(x, gradient);
        });
    Step& step = graph->latest();
    step.keeps_inputs = false;
    step.keeps_output = activation != NRT_NONE;
    step.kind = "linear";
    step.implementation = implementation(forward);
    step.operations = 2.0 * static_cast<double>(input[0]) * static_cast<double>(inputs) * static_cast<double>(outputs);
    return made;
  });
}

int nrt_product(nrt_graph* graph, int a, int b) {
  return graph->guarded([&] {
    const dims left = graph->value(a).extents, right = graph->value(b).extents;
    const size_t rank = left.size();
    if (rank != right.size() || rank < 2 || left[rank - 1] != right[rank - 2] ||
        !std::equal(left.begin(), left.end() - 2, right.begin()))
      throw std::invalid_argument("the shapes of a product do not fit");
    dims extents = left;
    extents[rank - 1] = right[rank - 1];
    if (graph->is_outline) return graph->add_outline(extents, {a, b});
    auto first = graph->in_layout(a, dense(left)), second = graph->in_layout(b, dense(right));
    auto description = describe<dnnl::matmul>(dense(left), dense(right), dense(extents));
    auto primitive = dnnl::matmul(description);
    int made = graph->add_step(
        extents, dense(extents), {a, b},
        [=](int output) {
          primitive.execute(stream(), {{DNNL_ARG_SRC, first()},
                                       {DNNL_ARG_WEIGHTS, second()},
                                       {DNNL_ARG_DST, graph->data(output)}});
        },
        [=](int output) {
          memory upstream = graph->gradient(output, dense(extents));
          memory by_left(dense(left), engine()), by_right(dense(right), engine());
          memory right_turned(transposed_last(right), engine(), second().get_data_handle());
          memory left_turned(transposed_last(left), engine(), first().get_data_handle());
          multiply(upstream, right_turned, by_left);
          multiply(left_turned, upstream, by_right);
          graph->add_gradient(a, by_left);
          graph->add_gradient(b, by_right);
        });
    Step& step = graph->latest();
    step.keeps_output = false;
    step.kind = "product";
    step.implementation = implementation(description);
    step.operations = 2.0 * static_cast<double>(element_count(extents)) * static_cast<double>(left[rank - 1]);
    return made;
  });
}

}  // extern "C"
