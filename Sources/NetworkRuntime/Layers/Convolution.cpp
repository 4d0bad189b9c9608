// Convolution over rows and columns: which of oneDNN's implementations computes it, forward and backward.
#include <algorithm>

#include "Layers/Activation.hpp"
#include "Core/Graph.hpp"
#include "LayerSteps.h"
#include "Core/Rounding.hpp"

using namespace nrt;
using dnnl::algorithm;
using dnnl::prop_kind;
using tag = memory::format_tag;
using type = memory::data_type;

namespace {

struct Shape {
  dims input, kernel, output;
  dims stride, dilation, begin, end;
  int64_t groups;

  double operations() const {
    return 2.0 * static_cast<double>(element_count(output)) *
           static_cast<double>(element_count(kernel) / output[1]);
  }
  int64_t narrowest() const { return std::min(input[1], output[1]); }
  // Rows times columns of the window.
  int64_t window() const { return kernel[kernel.size() - 2] * kernel[kernel.size() - 1]; }
  bool is_depthwise() const { return groups > 1 && groups == input[1]; }
};

// One way of computing a convolution.
struct Way {
  algorithm chosen;
  type elements;
  tag source, destination;
};

// Winograd's algorithm with tiles of 4 x 4 takes 36 multiplications where the definition takes 144, but reads weights
// four times the size: it pays where they serve many pixels. oneDNN has it for channels in blocks of 16.
bool suits_winograd(const Shape& shape) {
  constexpr int64_t least_pixels = 128, block = 16;
  const int64_t pixels = shape.output[0] * shape.output[2] * shape.output[3];
  return shape.groups == 1 && shape.kernel[2] == 3 && shape.kernel[3] == 3 && shape.stride == dims{1, 1} &&
         shape.dilation == dims{0, 0} && shape.input[1] % block == 0 && shape.output[1] % block == 0 &&
         pixels >= least_pixels;
}

bool has_blocks_of_16() { return has_instructions(dnnl::cpu_isa::avx512_core); }

// Whether a convolution of a graph in bf16 is computed in 32 bits nevertheless.
//
// Rounding harms most near the image: there sums have few terms, so that errors do not average out, and every layer
// behind inherits them. Hence what is made of the image stays in 32 bits up to the first convolution that has much to
// multiply. Winograd's algorithm in 32 bits outruns bf16 where there are channels enough, if nothing has to be
// converted for it.
bool stays_in_32_bits(const Shape& shape, const memory::desc& source) {
  constexpr int64_t image_channels = 15, narrow = 32, wide = 64;
  if (element_type(source) != type::f32) return false;
  return shape.is_depthwise() || shape.input[1] <= image_channels ||
         (shape.window() == 1 && shape.narrowest() <= narrow) ||
         (has_blocks_of_16() && suits_winograd(shape) && shape.narrowest() >= wide);
}

// Best first; the last is always possible.
std::vector<Way> ways(const Shape& shape, bool is_bf16) {
  std::vector<Way> all;
  if (is_bf16) all.push_back({algorithm::convolution_direct, type::bf16, tag::any, tag::any});
  if (has_blocks_of_16()) {
    if (suits_winograd(shape))
      all.push_back({algorithm::convolution_winograd, type::f32, tag::nChw16c, tag::nChw16c});
    const tag source = shape.input[1] < 16 ? tag::any : tag::nChw16c;
    all.push_back({algorithm::convolution_direct, type::f32, source, tag::nChw16c});
  }
  all.push_back({algorithm::convolution_direct, type::f32, tag::any, tag::any});
  return all;
}

// The description by the first way that oneDNN has a fast implementation for.
template <class Description, class Describe>
Description first_fast(const std::vector<Way>& ways, Describe describe) {
  for (size_t number = 0; number + 1 < ways.size(); number++) {
    try {
      Description description = describe(ways[number]);
      const std::string name = implementation(description);
      if (!is_plain(description) && name.find("gemm") == std::string::npos) return description;
    } catch (const dnnl::error&) {
      // Not that way.
    }
  }
  return describe(ways.back());
}

dnnl::convolution_forward::primitive_desc forward_description(const Shape& shape, bool is_bf16,
                                                              const dnnl::primitive_attr& attributes) {
  return first_fast<dnnl::convolution_forward::primitive_desc>(ways(shape, is_bf16), [&](const Way& way) {
    return describe_with<dnnl::convolution_forward>(
        attributes, prop_kind::forward_inference, way.chosen, memory::desc(shape.input, way.elements, way.source),
        any(shape.kernel, way.elements), memory::desc({shape.output[1]}, type::f32, tag::x),
        memory::desc(shape.output, way.elements, way.destination), shape.stride, shape.dilation, shape.begin,
        shape.end);
  });
}

dnnl::convolution_backward_data::primitive_desc backward_description(const Shape& shape) {
  return first_fast<dnnl::convolution_backward_data::primitive_desc>(ways(shape, false), [&](const Way& way) {
    const memory::desc source(shape.input, way.elements, way.source), kernel = any(shape.kernel, way.elements),
        destination(shape.output, way.elements, way.destination);
    auto forward = describe<dnnl::convolution_forward>(prop_kind::forward_training, way.chosen, source, kernel,
                                                       destination, shape.stride, shape.dilation, shape.begin,
                                                       shape.end);
    return describe_backward<dnnl::convolution_backward_data>(forward, way.chosen, source, kernel, destination,
                                                              shape.stride, shape.dilation, shape.begin, shape.end);
  });
}

}  // namespace

extern "C" {

int nrt_convolution(nrt_graph* graph, int x, int addend, const char* key, const float* weights,
                    const int64_t* weight_dims, const float* bias, int64_t groups, const int64_t* strides,
                    const int64_t* dilations, const int64_t* pads_begin, const int64_t* pads_end, int activation,
                    float alpha, float beta) {
  return graph->guarded([&] {
    Shape shape;
    shape.input = graph->value(x).extents;
    shape.groups = groups;
    shape.stride = {strides[0], strides[1]};
    shape.dilation = {dilations[0] - 1, dilations[1] - 1};
    shape.begin = {pads_begin[0], pads_begin[1]};
    shape.end = {pads_end[0], pads_end[1]};
    const int64_t outputs = weight_dims[0];
    shape.kernel = {outputs, weight_dims[1], weight_dims[2], weight_dims[3]};
    if (groups > 1) shape.kernel = {groups, outputs / groups, weight_dims[1], weight_dims[2], weight_dims[3]};
    shape.output = {shape.input[0], outputs, 0, 0};
    for (int axis = 0; axis < 2; axis++) {
      int64_t window = dilations[axis] * (weight_dims[2 + axis] - 1) + 1;
      shape.output[2 + axis] = window_count(shape.input[2 + axis], shape.begin[axis], shape.end[axis], window,
                                            strides[axis]);
    }
    std::vector<int> inputs{x};
    if (addend >= 0) {
      inputs.push_back(addend);
      if (graph->value(addend).extents != shape.output) throw std::invalid_argument("an addend of another shape");
    }
    if (graph->is_outline) return graph->add_outline(shape.output, inputs);

    dnnl::post_ops post;
    if (addend >= 0) post.append_sum(1);
    append_activation(post, activation, alpha, beta);
    dnnl::primitive_attr attributes;
    attributes.set_post_ops(post);
    const bool is_bf16 = graph->precision == NRT_BF16 && !stays_in_32_bits(shape, graph->value(x).layout);
    auto forward = forward_description(shape, is_bf16, attributes);
    const std::string name = key;
    const memory::desc plain = dense(shape.kernel), bias_layout = forward.bias_desc();
    memory kernel_data = graph->weights->find(name, forward.weights_desc());
    memory bias_data = graph->weights->find(name + ".bias", bias_layout);
    dnnl::convolution_backward_data::primitive_desc backward;
    memory backward_data;
    if (graph->differentiates) {
      backward = backward_description(shape);
      backward_data = graph->weights->find(name, backward.weights_desc());
    }
    const bool is_known = kernel_data && bias_data && (!graph->differentiates || backward_data);
    if (!is_known && !weights) return static_cast<int>(NRT_WEIGHTS_NEEDED);
    if (!kernel_data) {
      const bool is_rounded = element_type(forward.weights_desc()) == type::bf16;
      const auto rounded = is_rounded ? rounded_to_bf16(weights, element_count(shape.kernel), shape.window())
                                      : std::vector<float>();
      kernel_data = graph->weights->add(name, forward.weights_desc(), plain, is_rounded ? rounded.data() : weights);
    }
    if (!bias_data) bias_data = graph->weights->add(name + ".bias", bias_layout, bias_layout, bias);
    if (graph->differentiates) {
      if (backward.weights_desc() == kernel_data.get_desc()) backward_data = kernel_data;
      if (!backward_data) backward_data = graph->weights->add(name, backward.weights_desc(), plain, weights);
    }

    auto primitive = dnnl::convolution_forward(forward);
    auto source = graph->in_layout(x, forward.src_desc());
    int added = addend;
    if (addend >= 0 && graph->value(addend).layout != forward.dst_desc()) {
      added = graph->reordered(addend, forward.dst_desc());
      graph->pending.push_back(added);
    }
    std::function<memory(memory, memory)> activation_gradient;
    if (graph->differentiates && activation != NRT_NONE)
      activation_gradient = activation_gradient_by_output(activation, alpha, beta, forward.dst_desc());
    std::shared_ptr<dnnl::convolution_backward_data> differentiate;
    if (graph->differentiates) differentiate = std::make_shared<dnnl::convolution_backward_data>(backward);
    int made = graph->add_step(
        shape.output, forward.dst_desc(), inputs,
        [=](int output) {
          memory target = graph->data(output);
          if (added >= 0 && target.get_data_handle() != graph->data(added).get_data_handle())
            copy(graph->data(added), target);
          primitive.execute(stream(), {{DNNL_ARG_SRC, source()},
                                       {DNNL_ARG_WEIGHTS, kernel_data},
                                       {DNNL_ARG_BIAS, bias_data},
                                       {DNNL_ARG_DST, target}});
        },
        [=](int output) {
          memory upstream = graph->gradients[output];
          if (activation_gradient) upstream = activation_gradient(graph->data(output), upstream);
          if (addend >= 0) graph->add_gradient(addend, upstream);
          if (!graph->wants_gradient(x)) return;
          memory gradient(backward.diff_src_desc(), engine());
          differentiate->execute(stream(), {{DNNL_ARG_DIFF_DST, in_layout(upstream, backward.diff_dst_desc())},
                                            {DNNL_ARG_WEIGHTS, backward_data},
                                            {DNNL_ARG_DIFF_SRC, gradient}});
          graph->add_gradient(x, gradient);
        });
    Step& step = graph->latest();
    step.overwrites = added;
    step.keeps_inputs = false;
    step.keeps_output = activation != NRT_NONE;
    step.kind = groups == 1 ? "convolution" : "grouped convolution";
    step.implementation = implementation(forward);
    step.operations = shape.operations();
    return made;
  });
}

}  // extern "C"
