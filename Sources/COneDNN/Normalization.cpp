// Rows to mean 0 and variance 1: layer, group and instance normalisation.
#include <cstring>
#include <memory>

#include "Graph.hpp"

using namespace oned;
using dnnl::normalization_flags;
using dnnl::prop_kind;

namespace {

memory vector_of(int64_t size, const float* elements) {
  memory result(memory::desc({size}, memory::data_type::f32, memory::format_tag::x), engine());
  std::memcpy(result.get_data_handle(), elements, static_cast<size_t>(size) * sizeof(float));
  return result;
}

}  // namespace

extern "C" int oned_standardise(oned_graph* graph, int x, float epsilon, const float* scale, const float* shift) {
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
#if DNNL_VERSION_MAJOR >= 3
          auto backward = describe_backward<dnnl::layer_normalization_backward>(
              *forward, prop_kind::backward_data, layout, layout, layout, epsilon, flags);
#else
          auto backward = describe_backward<dnnl::layer_normalization_backward>(*forward, prop_kind::backward_data,
                                                                               layout, layout, epsilon, flags);
#endif
          memory gradient(layout, engine());
          arguments given{{DNNL_ARG_SRC, source()},
                          {DNNL_ARG_MEAN, mean},
                          {DNNL_ARG_VARIANCE, variance},
                          {DNNL_ARG_DIFF_DST, graph->gradient(output, layout)},
                          {DNNL_ARG_DIFF_SRC, gradient}};
          if (scale_data) given[DNNL_ARG_SCALE] = scale_data;
          if (shift_data) given[DNNL_ARG_SHIFT] = shift_data;
          dnnl::layer_normalization_backward(backward).execute(stream(), given);
          graph->add_gradient(x, gradient);
        });
  });
}
