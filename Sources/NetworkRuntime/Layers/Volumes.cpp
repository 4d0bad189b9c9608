// Convolution and transposed convolution over one to three axes, with weights of the graph itself.
#include <cstring>
#include <memory>

#include "Core/Graph.hpp"
#include "LayerSteps.h"

using namespace nrt;
using dnnl::algorithm;
using dnnl::prop_kind;

namespace {

// What a convolution and its transpose have in common, as oneDNN wants it.
struct Sliding {
  dims input, kernel, strides, dilations, begin, end;
  int64_t outputs;

  Sliding(const dims& input, const int64_t* weight_dims, int64_t groups, const int64_t* strides,
          const int64_t* dilations, const int64_t* begin, const int64_t* end)
      : input(input), outputs(weight_dims[0]) {
    const size_t axes = input.size() - 2;
    if (input.size() < 3 || input.size() > 5)
      throw std::invalid_argument("windows over one to three axes are supported");
    kernel = groups > 1 ? dims{groups, outputs / groups, weight_dims[1]} : dims{outputs, weight_dims[1]};
    for (size_t axis = 0; axis < axes; axis++) {
      kernel.push_back(weight_dims[2 + axis]);
      this->strides.push_back(strides[axis]);
      this->dilations.push_back(dilations[axis] - 1);
      this->begin.push_back(begin[axis]);
      this->end.push_back(end[axis]);
    }
  }

  int64_t span(size_t axis) const {
    return (kernel[kernel.size() - strides.size() + axis] - 1) * (dilations[axis] + 1) + 1;
  }
};

memory filled(const memory::desc& layout, const float* elements) {
  memory result(layout, engine());
  if (elements) {
    std::memcpy(result.get_data_handle(), elements, layout.get_size());
  } else {
    std::memset(result.get_data_handle(), 0, layout.get_size());
  }
  return result;
}

}  // namespace

extern "C" {

int nrt_convolve(nrt_graph* graph, int x, const float* weights, const int64_t* weight_dims, const float* bias,
                 int64_t groups, const int64_t* strides, const int64_t* dilations, const int64_t* pads_begin,
                 const int64_t* pads_end) {
  return graph->guarded([&] {
    const Sliding sliding(graph->value(x).extents, weight_dims, groups, strides, dilations, pads_begin, pads_end);
    dims extents{sliding.input[0], sliding.outputs};
    for (size_t axis = 0; axis < sliding.strides.size(); axis++) {
      extents.push_back(window_count(sliding.input[2 + axis], pads_begin[axis], pads_end[axis], sliding.span(axis),
                                     strides[axis]));
    }
    const memory::desc bias_layout({sliding.outputs}, memory::data_type::f32, memory::format_tag::x);
    auto describe_forward = [=] {
      return describe<dnnl::convolution_forward>(prop_kind::forward_training, algorithm::convolution_direct,
                                                 any(sliding.input), any(sliding.kernel), bias_layout, any(extents),
                                                 sliding.strides, sliding.dilations, sliding.begin, sliding.end);
    };
    const auto forward = describe_forward();
    auto primitive = dnnl::convolution_forward(forward);
    memory kernel_data = in_layout(filled(dense(sliding.kernel), weights), forward.weights_desc());
    memory bias_data = filled(bias_layout, bias);
    auto source = graph->in_layout(x, forward.src_desc());
    return graph->add_step(
        extents, forward.dst_desc(), {x},
        [=](int output) {
          primitive.execute(stream(), {{DNNL_ARG_SRC, source()},
                                       {DNNL_ARG_WEIGHTS, kernel_data},
                                       {DNNL_ARG_BIAS, bias_data},
                                       {DNNL_ARG_DST, graph->data(output)}});
        },
        [=](int output) {
          auto backward = describe_backward<dnnl::convolution_backward_data>(
              describe_forward(), algorithm::convolution_direct, any(sliding.input), any(sliding.kernel), any(extents),
              sliding.strides, sliding.dilations, sliding.begin, sliding.end);
          memory gradient(backward.diff_src_desc(), engine());
          dnnl::convolution_backward_data(backward).execute(
              stream(), {{DNNL_ARG_DIFF_DST, graph->gradient(output, backward.diff_dst_desc())},
                         {DNNL_ARG_WEIGHTS, in_layout(kernel_data, backward.weights_desc())},
                         {DNNL_ARG_DIFF_SRC, gradient}});
          graph->add_gradient(x, gradient);
        });
  });
}

int nrt_deconvolve(nrt_graph* graph, int x, const float* weights, const int64_t* weight_dims, int64_t groups,
                   const int64_t* strides, const int64_t* dilations, const int64_t* pads_begin,
                   const int64_t* pads_end) {
  return graph->guarded([&] {
    const Sliding sliding(graph->value(x).extents, weight_dims, groups, strides, dilations, pads_begin, pads_end);
    dims extents{sliding.input[0], sliding.outputs};
    for (size_t axis = 0; axis < sliding.strides.size(); axis++) {
      extents.push_back((sliding.input[2 + axis] - 1) * strides[axis] + sliding.span(axis) - pads_begin[axis] -
                        pads_end[axis]);
      if (extents.back() < 1) throw std::invalid_argument("padding cuts everything off");
    }
    auto describe_forward = [=] {
      return describe<dnnl::deconvolution_forward>(prop_kind::forward_training, algorithm::deconvolution_direct,
                                                   any(sliding.input), any(sliding.kernel), any(extents),
                                                   sliding.strides, sliding.dilations, sliding.begin, sliding.end);
    };
    const auto forward = describe_forward();
    auto primitive = dnnl::deconvolution_forward(forward);
    memory kernel_data = in_layout(filled(dense(sliding.kernel), weights), forward.weights_desc());
    auto source = graph->in_layout(x, forward.src_desc());
    return graph->add_step(
        extents, forward.dst_desc(), {x},
        [=](int output) {
          primitive.execute(stream(), {{DNNL_ARG_SRC, source()},
                                       {DNNL_ARG_WEIGHTS, kernel_data},
                                       {DNNL_ARG_DST, graph->data(output)}});
        },
        [=](int output) {
          auto backward = describe_backward<dnnl::deconvolution_backward_data>(
              describe_forward(), algorithm::deconvolution_direct, any(sliding.input), any(sliding.kernel),
              any(extents), sliding.strides, sliding.dilations, sliding.begin, sliding.end);
          memory gradient(backward.diff_src_desc(), engine());
          dnnl::deconvolution_backward_data(backward).execute(
              stream(), {{DNNL_ARG_DIFF_DST, graph->gradient(output, backward.diff_dst_desc())},
                         {DNNL_ARG_WEIGHTS, in_layout(kernel_data, backward.weights_desc())},
                         {DNNL_ARG_DIFF_SRC, gradient}});
          graph->add_gradient(x, gradient);
        });
  });
}

}  // extern "C"
