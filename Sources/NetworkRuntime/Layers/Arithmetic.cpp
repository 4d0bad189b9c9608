// Arithmetic of two values with broadcasting, and means.
#include <algorithm>
#include <memory>

#include "Layers/Activation.hpp"
#include "Core/Graph.hpp"
#include "LayerSteps.h"

using namespace nrt;
using dnnl::algorithm;

namespace {

memory combined(algorithm operation, memory a, memory b, const memory::desc& layout) {
  memory result(layout, engine());
  auto description = describe<dnnl::binary>(operation, a.get_desc(), b.get_desc(), layout);
  dnnl::binary(description).execute(stream(), {{DNNL_ARG_SRC_0, a}, {DNNL_ARG_SRC_1, b}, {DNNL_ARG_DST, result}});
  return result;
}

memory scaled(memory x, float factor) {
  auto description = describe_activation(NRT_LINEAR, factor, 0, x.get_desc());
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

extern "C" {

int nrt_combine(nrt_graph* graph, int a, int b, int operation) {
  return graph->guarded([&] {
    const dims left = graph->value(a).extents, right = graph->value(b).extents;
    const dims extents = broadcast_extents({left, right});
    if (graph->is_outline) return graph->add_outline(extents, {a, b});
    // oneDNN broadcasts the second operand only: the first is spread out by adding it to zeros where it must be.
    const bool is_spread = left != extents;
    const bool is_same = left == right;
    const memory::desc layout = is_spread ? dense(extents) : graph->value(a).layout;
    const memory::desc right_layout = is_same ? layout : dense(right);
    const algorithm chosen = operation == NRT_ADD   ? algorithm::binary_add
                             : operation == NRT_SUB ? algorithm::binary_sub
                             : operation == NRT_MUL ? algorithm::binary_mul
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
          const bool is_product = operation == NRT_MUL || operation == NRT_DIV;
          const memory::desc plain = is_product && !is_same ? dense(extents) : layout;
          memory upstream = graph->gradient(output, plain);
          memory by_left = upstream, by_right = upstream;
          if (operation == NRT_SUB) by_right = scaled(upstream, -1);
          if (is_product) {
            const algorithm kind = operation == NRT_MUL ? algorithm::binary_mul : algorithm::binary_div;
            by_left = combined(kind, upstream, second(), plain);
            if (operation == NRT_MUL) {
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
    step.keeps_inputs = operation == NRT_MUL || operation == NRT_DIV;
    step.keeps_output = operation == NRT_DIV;
    step.kind = "arithmetic";
    step.implementation = implementation(description);
    step.operations = static_cast<double>(element_count(extents));
    return made;
  });
}

int nrt_mean(nrt_graph* graph, int x, const int64_t* result_dims) {
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
