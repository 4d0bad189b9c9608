// Linear layers, products, pooling, channel normalisation, softmax.
#include <algorithm>
#include <cstring>
#include <memory>

#include "Activation.hpp"
#include "Graph.hpp"

using namespace oned;
using dnnl::algorithm;
using dnnl::prop_kind;

namespace {

int64_t window_count(int64_t size, int64_t begin, int64_t end, int64_t window, int64_t stride) {
  int64_t room = size + begin + end - window;
  if (room < 0) throw std::invalid_argument("a window is larger than its padded input");
  return room / stride + 1;
}

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

// The mean over rows and columns of bf16 elements with channels last, in 32 bits.
int add_bf16_mean(oned_graph* graph, int x, const dims& extents) {
  const dims from = graph->value(x).extents;
  const int64_t channels = from[1], area = from[2] * from[3];
  int made = graph->add_step(
      extents, dense(extents), {x},
      [=](int output) {
        const uint16_t* source = static_cast<const uint16_t*>(graph->data(x).get_data_handle());
        float* target = static_cast<float*>(graph->data(output).get_data_handle());
        for (int64_t image = 0; image < from[0]; image++) {
          float* mean = target + image * channels;
          std::fill(mean, mean + channels, 0.0f);
          for (int64_t pixel = 0; pixel < area; pixel++) {
            const uint16_t* values = source + (image * area + pixel) * channels;
            for (int64_t channel = 0; channel < channels; channel++) {
              // A bf16 is the upper half of a float.
              const uint32_t bits = static_cast<uint32_t>(values[channel]) << 16;
              float value;
              std::memcpy(&value, &bits, sizeof value);
              mean[channel] += value;
            }
          }
          for (int64_t channel = 0; channel < channels; channel++) mean[channel] /= static_cast<float>(area);
        }
      },
      [](int) { throw std::logic_error("gradients are computed in 32 bits"); });
  graph->latest().kind = "pooling";
  graph->latest().implementation = "own";
  return made;
}

}  // namespace

extern "C" {

int oned_linear(oned_graph* graph, int x, const char* key, const float* weights, int64_t outputs, int64_t inputs,
                const float* bias, int activation, float alpha, float beta) {
  return graph->guarded([&] {
    const dims input = graph->value(x).extents;
    const dims extents{input[0], outputs}, kernel{outputs, inputs};
    if (input.size() != 2 || input[1] != inputs) throw std::invalid_argument("weights do not fit their input");
    if (graph->is_outline) return graph->add_outline(extents, {x});
    const auto elements = graph->precision == ONED_BF16 ? memory::data_type::bf16 : memory::data_type::f32;
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
    if (!is_known && !weights) return static_cast<int>(ONED_WEIGHTS_NEEDED);
    if (!weight_data) weight_data = graph->weights->add(name, forward.weights_desc(), dense(kernel), weights);
    if (!bias_data) bias_data = graph->weights->add(name + ".bias", bias_layout, bias_layout, bias);
    std::shared_ptr<dnnl::inner_product_backward_data> differentiate;
    std::function<memory(memory, memory)> activation_gradient;
    if (graph->differentiates) {
      if (backward.weights_desc() == weight_data.get_desc()) backward_data = weight_data;
      if (!backward_data) backward_data = graph->weights->add(name, backward.weights_desc(), dense(kernel), weights);
      differentiate = std::make_shared<dnnl::inner_product_backward_data>(backward);
      if (activation != ONED_NONE)
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
    step.keeps_output = activation != ONED_NONE;
    step.kind = "linear";
    step.implementation = implementation(forward);
    step.operations = 2.0 * static_cast<double>(input[0]) * static_cast<double>(inputs) * static_cast<double>(outputs);
    return made;
  });
}

int oned_product(oned_graph* graph, int a, int b) {
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

int oned_pool(oned_graph* graph, int x, int kind, const int64_t* kernel, const int64_t* strides,
              const int64_t* pads_begin, const int64_t* pads_end) {
  return graph->guarded([&] {
    const algorithm chosen = kind == ONED_MAX                    ? algorithm::pooling_max
                             : kind == ONED_AVERAGE_WITH_PADDING ? algorithm::pooling_avg_include_padding
                                                                 : algorithm::pooling_avg_exclude_padding;
    const Value& value = graph->value(x);
    const dims window{kernel[0], kernel[1]}, stride{strides[0], strides[1]};
    const dims begin{pads_begin[0], pads_begin[1]}, end{pads_end[0], pads_end[1]};
    dims extents{value.extents[0], value.extents[1], 0, 0};
    for (int axis = 0; axis < 2; axis++)
      extents[2 + axis] = window_count(value.extents[2 + axis], begin[axis], end[axis], window[axis], stride[axis]);
    if (graph->is_outline) return graph->add_outline(extents, {x});
    const dims none{0, 0}, one{1, 1};
    if (window == one && stride == one && begin == none && end == none) return x;
    const memory::desc layout = value.layout;
    const bool is_global = extents[2] == 1 && extents[3] == 1 && window[0] == value.extents[2] &&
                           window[1] == value.extents[3] && begin == none && end == none;
    if (is_global && kind != ONED_MAX &&
        layout == memory::desc(value.extents, memory::data_type::bf16, memory::format_tag::nhwc))
      return add_bf16_mean(graph, x, extents);
    const auto purpose = graph->differentiates ? prop_kind::forward_training : prop_kind::forward_inference;
    const memory::desc wanted = any(extents, element_type(layout));
#if DNNL_VERSION_MAJOR >= 3
    const dims dilation{0, 0};
    auto forward = std::make_shared<dnnl::pooling_forward::primitive_desc>(describe<dnnl::pooling_forward>(
        purpose, chosen, layout, wanted, stride, window, dilation, begin, end));
#else
    auto forward = std::make_shared<dnnl::pooling_forward::primitive_desc>(
        describe<dnnl::pooling_forward>(purpose, chosen, layout, wanted, stride, window, begin, end));
#endif
    auto primitive = dnnl::pooling_forward(*forward);
    // Where each maximum was found.
    memory places;
    if (kind == ONED_MAX && graph->differentiates) places = memory(forward->workspace_desc(), engine());
    int made = graph->add_step(
        extents, forward->dst_desc(), {x},
        [=](int output) {
          arguments given{{DNNL_ARG_SRC, graph->data(x)}, {DNNL_ARG_DST, graph->data(output)}};
          if (places) given[DNNL_ARG_WORKSPACE] = places;
          primitive.execute(stream(), given);
        },
        [=](int output) {
#if DNNL_VERSION_MAJOR >= 3
          auto backward = describe_backward<dnnl::pooling_backward>(*forward, chosen, layout, forward->dst_desc(),
                                                                    stride, window, dims{0, 0}, begin, end);
#else
          auto backward = describe_backward<dnnl::pooling_backward>(*forward, chosen, layout, forward->dst_desc(),
                                                                    stride, window, begin, end);
#endif
          memory gradient(layout, engine());
          arguments given{{DNNL_ARG_DIFF_DST, graph->gradient(output, forward->dst_desc())},
                          {DNNL_ARG_DIFF_SRC, gradient}};
          if (places) given[DNNL_ARG_WORKSPACE] = places;
          dnnl::pooling_backward(backward).execute(stream(), given);
          graph->add_gradient(x, gradient);
        });
    Step& step = graph->latest();
    step.keeps_inputs = step.keeps_output = false;
    step.kind = "pooling";
    step.implementation = implementation(*forward);
    step.operations = static_cast<double>(element_count(extents)) * static_cast<double>(window[0] * window[1]);
    return made;
  });
}

int oned_normalise_channels(oned_graph* graph, int x, int64_t size, float alpha, float beta, float bias) {
  return graph->guarded([&] {
    const Value& value = graph->value(x);
    if (graph->is_outline) return graph->add_outline(value.extents, {x});
    const memory::desc layout = dense(value.extents);
#if DNNL_VERSION_MAJOR >= 3
    auto forward = std::make_shared<dnnl::lrn_forward::primitive_desc>(
        describe<dnnl::lrn_forward>(prop_kind::forward_training, algorithm::lrn_across_channels, layout, layout, size,
                                    alpha, beta, bias));
#else
    auto forward = std::make_shared<dnnl::lrn_forward::primitive_desc>(describe<dnnl::lrn_forward>(
        prop_kind::forward_training, algorithm::lrn_across_channels, layout, size, alpha, beta, bias));
#endif
    auto primitive = dnnl::lrn_forward(*forward);
    memory workspace(forward->workspace_desc(), engine());
    auto source = graph->in_layout(x, layout);
    return graph->add_step(
        value.extents, forward->dst_desc(), {x},
        [=](int output) {
          primitive.execute(stream(), {{DNNL_ARG_SRC, source()},
                                       {DNNL_ARG_DST, graph->data(output)},
                                       {DNNL_ARG_WORKSPACE, workspace}});
        },
        [=](int output) {
#if DNNL_VERSION_MAJOR >= 3
          auto backward = describe_backward<dnnl::lrn_backward>(*forward, algorithm::lrn_across_channels, layout,
                                                                layout, layout, size, alpha, beta, bias);
#else
          auto backward = describe_backward<dnnl::lrn_backward>(*forward, algorithm::lrn_across_channels, layout,
                                                                layout, size, alpha, beta, bias);
#endif
          memory gradient(layout, engine());
          dnnl::lrn_backward(backward).execute(stream(), {{DNNL_ARG_SRC, source()},
                                                          {DNNL_ARG_DIFF_DST, graph->gradient(output, layout)},
                                                          {DNNL_ARG_WORKSPACE, workspace},
                                                          {DNNL_ARG_DIFF_SRC, gradient}});
          graph->add_gradient(x, gradient);
        });
  });
}

int oned_softmax(oned_graph* graph, int x, int axis) {
  return graph->guarded([&] {
    if (graph->is_outline) return graph->add_outline(graph->value(x).extents, {x});
    const memory::desc layout = graph->value(x).layout;
#if DNNL_VERSION_MAJOR >= 3
    auto forward = std::make_shared<dnnl::softmax_forward::primitive_desc>(describe<dnnl::softmax_forward>(
        prop_kind::forward_training, algorithm::softmax_accurate, layout, layout, axis));
#else
    auto forward = std::make_shared<dnnl::softmax_forward::primitive_desc>(
        describe<dnnl::softmax_forward>(prop_kind::forward_training, layout, axis));
#endif
    auto primitive = dnnl::softmax_forward(*forward);
    return graph->add_step(
        graph->value(x).extents, layout, {x},
        [=](int output) {
          primitive.execute(stream(), {{DNNL_ARG_SRC, graph->data(x)}, {DNNL_ARG_DST, graph->data(output)}});
        },
        [=](int output) {
#if DNNL_VERSION_MAJOR >= 3
          auto backward = describe_backward<dnnl::softmax_backward>(*forward, algorithm::softmax_accurate, layout,
                                                                    layout, layout, axis);
#else
          auto backward = describe_backward<dnnl::softmax_backward>(*forward, layout, layout, axis);
#endif
          memory gradient(layout, engine());
          dnnl::softmax_backward(backward).execute(stream(), {{DNNL_ARG_DST, graph->data(output)},
                                                              {DNNL_ARG_DIFF_DST, graph->gradient(output, layout)},
                                                              {DNNL_ARG_DIFF_SRC, gradient}});
          graph->add_gradient(x, gradient);
        });
  });
}

}  // extern "C"
