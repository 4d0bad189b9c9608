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
          // The gradient without scale and shift, which oneDNN 2 lacks with them, of the upstream times the scale.
          memory upstream = graph->gradient(output, layout);
          if (scale_data) {
            memory scaled(layout, engine());
            const memory::desc row = dense({1, extents[1]});
            auto product = describe<dnnl::binary>(dnnl::algorithm::binary_mul, layout, row, layout);
            dnnl::binary(product).execute(stream(), {{DNNL_ARG_SRC_0, upstream},
                                                     {DNNL_ARG_SRC_1, memory(row, engine(), scale_data.get_data_handle())},
                                                     {DNNL_ARG_DST, scaled}});
            upstream = scaled;
          }
          const normalization_flags plain = normalization_flags::none;
#if DNNL_VERSION_MAJOR >= 3
          auto hint = describe<dnnl::layer_normalization_forward>(prop_kind::forward_training, layout, layout, epsilon, plain);
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
