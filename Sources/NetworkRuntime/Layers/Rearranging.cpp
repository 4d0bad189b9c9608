// Values whose elements are those of others in another order: reshape, transpose, concatenate, slice, pad.
#include <algorithm>
#include <memory>

#include "Core/Graph.hpp"
#include "LayerSteps.h"

using namespace nrt;

namespace {

// A part of a dense tensor: from `starts`, every `steps`-th element.
memory part(memory whole, const dims& extents, const dims& starts, const dims& count, const dims& steps) {
  dims strides = dense_strides(extents);
  int64_t offset = 0;
  for (size_t axis = 0; axis < extents.size(); axis++) {
    offset += starts[axis] * strides[axis];
    strides[axis] *= steps[axis];
  }
  float* first = static_cast<float*>(whole.get_data_handle()) + offset;
  return memory(memory::desc(count, memory::data_type::f32, strides), engine(), first);
}

void fill(memory x, const dims& extents, float value) {
  float* elements = static_cast<float*>(x.get_data_handle());
  std::fill(elements, elements + element_count(extents), value);
}

// The parts of a concatenation in layouts of one kind, which oneDNN joins fast; in bf16 where some part is.
std::vector<int> alike(nrt_graph& graph, const std::vector<int>& parts, int axis) {
  using tag = memory::format_tag;
  const size_t rank = graph.value(parts[0]).extents.size();
  constexpr int64_t block = 16;
  bool is_blocked = rank == 4, is_spatial = rank == 4, is_bf16 = false, is_f32 = false;
  for (int part : parts) {
    const dims& extents = graph.value(part).extents;
    if (!is_spatial) break;
    if (extents[1] % block != 0) is_blocked = false;
    const auto type = element_type(graph.value(part).layout);
    (type == memory::data_type::bf16 ? is_bf16 : is_f32) = true;
    if (graph.value(part).layout != memory::desc(extents, type, tag::nChw16c)) is_blocked = false;
    if (is_bf16 && is_f32) is_blocked = false;
    if (axis != 1) is_blocked = false;
  }
  std::vector<int> result;
  for (int part : parts) {
    const dims& extents = graph.value(part).extents;
    const auto type = is_bf16 ? memory::data_type::bf16 : memory::data_type::f32;
    memory::desc layout = dense(extents);
    if (is_blocked) {
      layout = memory::desc(extents, type, tag::nChw16c);
    } else if (is_spatial) {
      layout = memory::desc(extents, type, tag::nhwc);
    }
    result.push_back(graph.value(part).layout == layout ? part : graph.reordered(part, layout));
  }
  return result;
}

// Whether the parts can be made where they belong in the whole: where each is one stretch of it, and belongs nowhere
// else.
bool join_in_place(const nrt_graph& graph, const std::vector<int>& parts, const dims& extents, int axis) {
  for (int before = 0; before < axis; before++)
    if (extents[before] != 1) return false;
  std::vector<int> seen;
  for (int part : parts) {
    const Value& value = graph.value(part);
    const bool is_contiguous = value.layout == dense(value.extents) ||
                               (value.extents.size() == 4 && axis == 1 && value.extents[1] % 16 == 0 &&
                                value.layout == memory::desc(value.extents, memory::data_type::f32,
                                                             memory::format_tag::nChw16c));
    if (!is_contiguous || value.is_constant || value.alias_of >= 0 || value.step < 0 ||
        std::find(seen.begin(), seen.end(), part) != seen.end())
      return false;
    seen.push_back(part);
  }
  return true;
}

}  // namespace

extern "C" {

int nrt_reshape(nrt_graph* graph, int x, const int64_t* extents, int rank) {
  return graph->guarded([&] {
    const dims from = graph->value(x).extents, to(extents, extents + rank);
    if (element_count(from) != element_count(to))
      throw std::invalid_argument("a reshape changes the number of elements");
    // Where the elements lie in order already, they stay where they are.
    const Value& source = graph->value(x);
    const bool stays = source.layout == dense(from) && !source.is_constant;
    int made = graph->add_step(
        to, dense(to), {x},
        [=](int output) {
          if (!stays) copy(graph->data(x), memory(dense(from), engine(), graph->data(output).get_data_handle()));
        },
        [=](int output) {
          memory gradient(dense(from), engine());
          copy(graph->gradients[output], memory(dense(to), engine(), gradient.get_data_handle()));
          graph->add_gradient(x, gradient);
        });
    if (stays) graph->values[made].alias_of = x;
    Step& step = graph->latest();
    step.keeps_inputs = step.keeps_output = false;
    step.kind = stays ? "view" : "reshape";
    return made;
  });
}

int nrt_transpose(nrt_graph* graph, int x, const int* axes) {
  return graph->guarded([&] {
    const dims from = graph->value(x).extents;
    const dims strides = dense_strides(from);
    dims to(from.size()), turned(from.size());
    for (size_t axis = 0; axis < from.size(); axis++) {
      to[axis] = from[axes[axis]];
      turned[axis] = strides[axes[axis]];
    }
    if (graph->is_outline) return graph->add_outline(to, {x});
    const memory::desc view(to, memory::data_type::f32, turned);
    auto source = graph->in_layout(x, dense(from));
    return graph->add_step(
        to, dense(to), {x},
        [=](int output) { copy(memory(view, engine(), source().get_data_handle()), graph->data(output)); },
        [=](int output) {
          memory gradient(dense(from), engine());
          copy(graph->gradients[output], memory(view, engine(), gradient.get_data_handle()));
          graph->add_gradient(x, gradient);
        });
  });
}

int nrt_concatenate(nrt_graph* graph, const int* values, int count, int axis) {
  return graph->guarded([&] {
    std::vector<int> inputs(values, values + count);
    dims extents = graph->value(inputs[0]).extents;
    extents[axis] = 0;
    for (int input : inputs) {
      const Value& value = graph->value(input);
      if (value.extents.size() != extents.size()) throw std::invalid_argument("parts of different rank");
      extents[axis] += value.extents[axis];
    }
    if (graph->is_outline) return graph->add_outline(extents, inputs);
    const std::vector<int> parts = alike(*graph, inputs, axis);
    const bool stay = join_in_place(*graph, parts, extents, axis);
    std::vector<memory::desc> layouts;
    for (int part : parts) layouts.push_back(graph->value(part).layout);
#if DNNL_VERSION_MAJOR >= 3
    auto description = dnnl::concat::primitive_desc(engine(), axis, layouts);
#else
    auto description = dnnl::concat::primitive_desc(axis, layouts, engine());
#endif
    auto primitive = dnnl::concat(description);
    int made = graph->add_step(
        extents, description.dst_desc(), inputs,
        [=](int output) {
          if (stay) return;
          arguments given{{DNNL_ARG_DST, graph->data(output)}};
          for (int part = 0; part < count; part++) given[DNNL_ARG_MULTIPLE_SRC + part] = graph->data(parts[part]);
          primitive.execute(stream(), given);
        },
        [=](int output) {
          memory upstream = graph->gradient(output, dense(extents));
          dims start(extents.size(), 0);
          const dims steps(extents.size(), 1);
          for (int input : inputs) {
            const dims shape = graph->value(input).extents;
            memory gradient(dense(shape), engine());
            copy(part(upstream, extents, start, shape, steps), gradient);
            start[axis] += shape[axis];
            graph->add_gradient(input, gradient);
          }
        });
    if (stay) {
      int64_t offset = 0;
      for (int part : parts) {
        graph->values[part].alias_of = made;
        graph->values[part].alias_offset = offset;
        offset += static_cast<int64_t>(graph->values[part].layout.get_size());
      }
    }
    Step& step = graph->latest();
    for (int part : parts)
      if (std::find(inputs.begin(), inputs.end(), part) == inputs.end()) step.reordered.push_back(part);
    step.keeps_inputs = step.keeps_output = false;
    step.kind = stay ? "view" : "concatenation";
    step.implementation = implementation(description);
    return made;
  });
}

int nrt_slice(nrt_graph* graph, int x, const int64_t* starts, const int64_t* counts, const int64_t* steps) {
  return graph->guarded([&] {
    const dims from = graph->value(x).extents;
    const size_t rank = from.size();
    const dims start(starts, starts + rank), count(counts, counts + rank), step(steps, steps + rank);
    for (size_t axis = 0; axis < rank; axis++)
      if (start[axis] < 0 || step[axis] < 1 || count[axis] < 1 ||
          start[axis] + (count[axis] - 1) * step[axis] >= from[axis])
        throw std::invalid_argument("a slice reaches outside its input");
    if (graph->is_outline) return graph->add_outline(count, {x});
    auto source = graph->in_layout(x, dense(from));
    return graph->add_step(
        count, dense(count), {x},
        [=](int output) { copy(part(source(), from, start, count, step), graph->data(output)); },
        [=](int output) {
          memory gradient(dense(from), engine());
          fill(gradient, from, 0);
          copy(graph->gradients[output], part(gradient, from, start, count, step));
          graph->add_gradient(x, gradient);
        });
  });
}

int nrt_pad(nrt_graph* graph, int x, const int64_t* begin, const int64_t* end, float value) {
  return graph->guarded([&] {
    const dims from = graph->value(x).extents;
    const dims start(begin, begin + from.size()), steps(from.size(), 1);
    dims extents = from;
    for (size_t axis = 0; axis < from.size(); axis++) extents[axis] += begin[axis] + end[axis];
    return graph->add_step(
        extents, dense(extents), {x},
        [=](int output) {
          fill(graph->data(output), extents, value);
          copy(graph->data(x), part(graph->data(output), extents, start, from, steps));
        },
        [=](int output) {
          memory gradient(dense(from), engine());
          copy(part(graph->gradient(output, dense(extents)), extents, start, from, steps), gradient);
          graph->add_gradient(x, gradient);
        });
  });
}

}  // extern "C"
