// Layers with weights or windows: convolution, linear, product, pooling, channel normalisation, softmax.
#include <cstring>
#include <memory>

#include "Activation.hpp"
#include "Graph.hpp"

using namespace oned;
using dnnl::algorithm;
using dnnl::prop_kind;

namespace {

memory filled(const memory::desc& layout, const float* elements) {
  memory result(layout, engine());
  if (elements) {
    std::memcpy(result.get_data_handle(), elements, layout.get_size());
  } else {
    std::memset(result.get_data_handle(), 0, layout.get_size());
  }
  return result;
}

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

}  // namespace

extern "C" {

int oned_convolution(oned_graph* graph, int x, const float* weights, const int64_t* weight_dims, const float* bias,
                     int64_t groups, const int64_t* strides, const int64_t* dilations, const int64_t* pads_begin,
                     const int64_t* pads_end, int activation, float alpha, float beta) {
  return graph->guarded([&] {
    const dims input = graph->value(x).extents;
    const int64_t outputs = weight_dims[0];
    const dims stride{strides[0], strides[1]}, dilation{dilations[0] - 1, dilations[1] - 1};
    const dims begin{pads_begin[0], pads_begin[1]}, end{pads_end[0], pads_end[1]};
    dims kernel{outputs, weight_dims[1], weight_dims[2], weight_dims[3]};
    if (groups > 1) kernel = dims{groups, outputs / groups, weight_dims[1], weight_dims[2], weight_dims[3]};
    dims extents{input[0], outputs, 0, 0};
    for (int axis = 0; axis < 2; axis++) {
      int64_t window = dilations[axis] * (weight_dims[2 + axis] - 1) + 1;
      extents[2 + axis] = window_count(input[2 + axis], begin[axis], end[axis], window, strides[axis]);
    }
    const memory::desc bias_layout({outputs}, memory::data_type::f32, memory::format_tag::x);
    dnnl::primitive_attr attributes;
    if (activation != ONED_NONE) {
      dnnl::post_ops post;
#if DNNL_VERSION_MAJOR >= 3
      post.append_eltwise(activation_algorithm(activation), alpha, beta);
#else
      post.append_eltwise(1, activation_algorithm(activation), alpha, beta);
#endif
      attributes.set_post_ops(post);
    }
    auto forward = std::make_shared<dnnl::convolution_forward::primitive_desc>(
        describe_with<dnnl::convolution_forward>(attributes, prop_kind::forward_inference,
                                                 algorithm::convolution_direct, any(input), any(kernel), bias_layout,
                                                 any(extents), stride, dilation, begin, end));
    auto primitive = dnnl::convolution_forward(*forward);
    memory kernel_data = in_layout(filled(dense(kernel), weights), forward->weights_desc());
    memory bias_data = filled(bias_layout, bias);
    auto source = graph->in_layout(x, forward->src_desc());
    return graph->add_step(
        extents, forward->dst_desc(), {x},
        [=](int output) {
          primitive.execute(stream(), {{DNNL_ARG_SRC, source()},
                                       {DNNL_ARG_WEIGHTS, kernel_data},
                                       {DNNL_ARG_BIAS, bias_data},
                                       {DNNL_ARG_DST, graph->data(output)}});
        },
        [=](int output) {
          memory upstream = graph->gradients[output];
          if (activation != ONED_NONE)
            upstream = activation_gradient_by_output(activation, alpha, beta, graph->data(output), upstream);
          auto plain = describe<dnnl::convolution_forward>(prop_kind::forward_training, algorithm::convolution_direct,
                                                           any(input), any(kernel), bias_layout, any(extents), stride,
                                                           dilation, begin, end);
          auto backward = describe_backward<dnnl::convolution_backward_data>(
              plain, algorithm::convolution_direct, any(input), any(kernel), any(extents), stride, dilation, begin, end);
          memory gradient(backward.diff_src_desc(), engine());
          dnnl::convolution_backward_data(backward).execute(
              stream(), {{DNNL_ARG_DIFF_DST, in_layout(upstream, backward.diff_dst_desc())},
                         {DNNL_ARG_WEIGHTS, in_layout(kernel_data, backward.weights_desc())},
                         {DNNL_ARG_DIFF_SRC, gradient}});
          graph->add_gradient(x, gradient);
        });
  });
}

int oned_linear(oned_graph* graph, int x, const float* weights, int64_t outputs, int64_t inputs, const float* bias) {
  return graph->guarded([&] {
    const dims input = graph->value(x).extents;
    const dims extents{input[0], outputs};
    const memory::desc bias_layout({outputs}, memory::data_type::f32, memory::format_tag::x);
    auto forward = std::make_shared<dnnl::inner_product_forward::primitive_desc>(describe<dnnl::inner_product_forward>(
        prop_kind::forward_training, dense(input), any({outputs, inputs}), bias_layout, dense(extents)));
    auto primitive = dnnl::inner_product_forward(*forward);
    memory weight_data = in_layout(filled(dense({outputs, inputs}), weights), forward->weights_desc());
    memory bias_data = filled(bias_layout, bias);
    auto source = graph->in_layout(x, dense(input));
    return graph->add_step(
        extents, dense(extents), {x},
        [=](int output) {
          primitive.execute(stream(), {{DNNL_ARG_SRC, source()},
                                       {DNNL_ARG_WEIGHTS, weight_data},
                                       {DNNL_ARG_BIAS, bias_data},
                                       {DNNL_ARG_DST, graph->data(output)}});
        },
        [=](int output) {
          auto backward = describe_backward<dnnl::inner_product_backward_data>(*forward, dense(input),
                                                                              any({outputs, inputs}), dense(extents));
          memory gradient(dense(input), engine());
          dnnl::inner_product_backward_data(backward).execute(
              stream(), {{DNNL_ARG_DIFF_DST, graph->gradient(output, dense(extents))},
                         {DNNL_ARG_WEIGHTS, in_layout(weight_data, backward.weights_desc())},
                         {DNNL_ARG_DIFF_SRC, gradient}});
          graph->add_gradient(x, gradient);
        });
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
    auto first = graph->in_layout(a, dense(left)), second = graph->in_layout(b, dense(right));
    return graph->add_step(
        extents, dense(extents), {a, b},
        [=](int output) { multiply(first(), second(), graph->data(output)); },
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
    const memory::desc layout = value.layout;
#if DNNL_VERSION_MAJOR >= 3
    const dims dilation{0, 0};
    auto forward = std::make_shared<dnnl::pooling_forward::primitive_desc>(describe<dnnl::pooling_forward>(
        prop_kind::forward_training, chosen, layout, any(extents), stride, window, dilation, begin, end));
#else
    auto forward = std::make_shared<dnnl::pooling_forward::primitive_desc>(describe<dnnl::pooling_forward>(
        prop_kind::forward_training, chosen, layout, any(extents), stride, window, begin, end));
#endif
    auto primitive = dnnl::pooling_forward(*forward);
    // Where each maximum was found.
    memory places;
    if (kind == ONED_MAX) places = memory(forward->workspace_desc(), engine());
    return graph->add_step(
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
  });
}

int oned_normalise_channels(oned_graph* graph, int x, int64_t size, float alpha, float beta, float bias) {
  return graph->guarded([&] {
    const Value& value = graph->value(x);
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
