// Maxima and averages over windows of rows and columns.
#include <algorithm>
#include <cstring>
#include <memory>

#include "Core/Graph.hpp"
#include "LayerSteps.h"

using namespace nrt;
using dnnl::algorithm;
using dnnl::prop_kind;

namespace {

// The mean over rows and columns of bf16 elements with channels last, in 32 bits.
int add_bf16_mean(nrt_graph* graph, int x, const dims& extents) {
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

int nrt_pool(nrt_graph* graph, int x, int kind, const int64_t* kernel, const int64_t* strides,
             const int64_t* pads_begin, const int64_t* pads_end) {
  return graph->guarded([&] {
    const algorithm chosen = kind == NRT_MAX                    ? algorithm::pooling_max
                             : kind == NRT_AVERAGE_WITH_PADDING ? algorithm::pooling_avg_include_padding
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
    if (is_global && kind != NRT_MAX &&
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
    if (kind == NRT_MAX && graph->differentiates) places = memory(forward->workspace_desc(), engine());
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

}  // extern "C"
