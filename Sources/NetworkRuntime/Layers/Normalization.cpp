// Normalisation of rows (layer, group, instance) and over channels, and softmax.
#include <cstring>
#include <memory>

#include "Core/Graph.hpp"
#include "LayerSteps.h"

using namespace nrt;
using dnnl::algorithm;
using dnnl::normalization_flags;
using dnnl::prop_kind;

namespace {

memory vector_of(int64_t size, const float* elements) {
  memory result(memory::desc({size}, memory::data_type::f32, memory::format_tag::x), engine());
  std::memcpy(result.get_data_handle(), elements, static_cast<size_t>(size) * sizeof(float));
  return result;
}

}  // namespace

extern "C" {

int nrt_standardise(nrt_graph* graph, int x, float epsilon, const float* scale, const float* shift) {
  return graph->guarded([&] {
    const dims extents = graph->value(x).extents;
    if (extents.size() != 2) throw std::invalid_argument("rows of a matrix are standardised");
    const memory::desc layout = dense(extents);
    normalization_flags flags = normalization_flags::none;
    memory scale_data, shift_data;
    if (scale) {
      flags = flags | normalization_flags::use_scale;
      scale_data = vector_of(extents[1], scale);
    }
    if (shift) {
      flags = flags | normalization_flags::use_shift;
      shift_data = vector_of(extents[1], shift);
    }
#if DNNL_VERSION_MAJOR >= 3
    auto forward = std::make_shared<dnnl::layer_normalization_forward::primitive_desc>(
        describe<dnnl::layer_normalization_forward>(prop_kind::forward_training, layout, layout, epsilon, flags));
#else
    auto forward = std::make_shared<dnnl::layer_normalization_forward::primitive_desc>(
        describe<dnnl::layer_normalization_forward>(prop_kind::forward_training, layout, epsilon, flags));
#endif
    auto primitive = dnnl::layer_normalization_forward(*forward);
    memory mean(forward->mean_desc(), engine()), variance(forward->variance_desc(), engine());
    auto source = graph->in_layout(x, layout);
    return graph->add_step(
        extents, layout, {x},
        [=](int output) {
          arguments given{{DNNL_ARG_SRC, source()},
                          {DNNL_ARG_DST, graph->data(output)},
                          {DNNL_ARG_MEAN, mean},
                          {DNNL_ARG_VARIANCE, variance}};
          if (scale_data) given[DNNL_ARG_SCALE] = scale_data;
          if (shift_data) given[DNNL_ARG_SHIFT] = shift_data;
          primitive.execute(stream(), given);
        },
        [=](int output) {
          // The gradient without scale and shift, which oneDNN 2 lacks with them, of the upstream times the scale.
          memory upstream = graph->gradient(output, layout);
          if (scale_data) {
            memory scaled(layout, engine());
            const memory::desc row = dense({1, extents[1]});
            auto product = describe<dnnl::binary>(dnnl::algorithm::binary_mul, layout, row, layout);
            const memory factors(row, engine(), scale_data.get_data_handle());
            dnnl::binary(product).execute(
                stream(), {{DNNL_ARG_SRC_0, upstream}, {DNNL_ARG_SRC_1, factors}, {DNNL_ARG_DST, scaled}});
            upstream = scaled;
          }
          const normalization_flags plain = normalization_flags::none;
#if DNNL_VERSION_MAJOR >= 3
          auto hint = describe<dnnl::layer_normalization_forward>(prop_kind::forward_training, layout, layout, epsilon,
                                                                  plain);
          auto backward = describe_backward<dnnl::layer_normalization_backward>(hint, prop_kind::backward_data, layout,
                                                                               layout, layout, epsilon, plain);
#else
          auto hint = describe<dnnl::layer_normalization_forward>(prop_kind::forward_training, layout, epsilon, plain);
          auto backward = describe_backward<dnnl::layer_normalization_backward>(hint, prop_kind::backward_data, layout,
                                                                               layout, epsilon, plain);
#endif
          memory gradient(layout, engine());
          dnnl::layer_normalization_backward(backward).execute(stream(), {{DNNL_ARG_SRC, source()},
                                                                          {DNNL_ARG_MEAN, mean},
                                                                          {DNNL_ARG_VARIANCE, variance},
                                                                          {DNNL_ARG_DIFF_DST, upstream},
                                                                          {DNNL_ARG_DIFF_SRC, gradient}});
          graph->add_gradient(x, gradient);
        });
  });
}

int nrt_normalise_channels(nrt_graph* graph, int x, int64_t size, float alpha, float beta, float bias) {
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

int nrt_softmax(nrt_graph* graph, int x, int axis) {
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
