// Making, planning and running a graph.
#include "Graph.hpp"

#include <algorithm>
#include <climits>
#include <cstring>

using namespace oned;

namespace {

oned_graph* made(oned_graph* graph) {
  thread_count();
  return graph;
}

}  // namespace

int oned_graph::reordered(int index, const memory::desc& layout) {
  auto known = reorders.equal_range(index);
  for (auto found = known.first; found != known.second; found++)
    if (values[found->second].layout == layout) return found->second;
  const dims extents = value(index).extents;
  int turned;
  if (value(index).is_constant) {
    turned = add_value(extents, layout);
    values[turned].is_constant = true;
    if (!is_outline) values[turned].data = oned::in_layout(data(index), layout);
  } else {
    std::vector<int> waiting;
    waiting.swap(pending);
    std::shared_ptr<dnnl::reorder> primitive;
    if (!is_outline)
      primitive = std::make_shared<dnnl::reorder>(
          dnnl::reorder::primitive_desc(engine(), value(index).layout, engine(), layout));
    turned = add_step(
        extents, layout, {index},
        [this, index, primitive](int output) { primitive->execute(stream(), data(index), data(output)); }, [](int) {});
    latest().kind = "reorder";
    latest().keeps_inputs = latest().keeps_output = false;
    pending.swap(waiting);
  }
  reorders.emplace(index, turned);
  return turned;
}

void oned_graph::bind() {
  void* base = arena->reserve(arena_bytes);
  if (base == bound) return;
  for (size_t index = 0; index < values.size(); index++)
    if (offsets[index] >= 0) values[index].data.set_data_handle(static_cast<char*>(base) + offsets[index]);
  bound = base;
}

extern "C" {

oned_graph* oned_graph_create(oned_weights* weights, oned_arena* arena, int precision, int threads) {
  try {
    auto graph = std::make_unique<oned_graph>();
    auto lent = [](auto*) {};
    graph->weights = weights ? std::shared_ptr<oned_weights>(weights, lent) : std::make_shared<oned_weights>();
    graph->arena = arena ? std::shared_ptr<oned_arena>(arena, lent) : std::make_shared<oned_arena>();
    graph->precision = precision;
    graph->threads = threads;
    return made(graph.release());
  } catch (const std::exception&) {
    return nullptr;
  }
}

oned_graph* oned_graph_create_outline(void) {
  oned_graph* graph = new (std::nothrow) oned_graph();
  if (graph) graph->is_outline = true;
  return graph;
}

void oned_graph_destroy(oned_graph* graph) { delete graph; }
void oned_differentiate(oned_graph* graph) { graph->differentiates = true; }
const char* oned_error(const oned_graph* graph) { return graph->error.c_str(); }

int oned_input(oned_graph* graph, const int64_t* extents, int rank) {
  return graph->guarded([&] {
    dims shape(extents, extents + rank);
    return graph->add_value(shape, dense(shape));
  });
}

int oned_constant(oned_graph* graph, const int64_t* extents, int rank, const float* elements) {
  return graph->guarded([&] {
    dims shape(extents, extents + rank);
    int index = graph->add_value(shape, dense(shape));
    Value& value = graph->values[index];
    value.is_constant = true;
    if (graph->is_outline) return index;
    value.data = memory(value.layout, engine());
    std::memcpy(value.data.get_data_handle(), elements, value.layout.get_size());
    return index;
  });
}

int oned_rank(const oned_graph* graph, int value) { return static_cast<int>(graph->values[value].extents.size()); }

void oned_dims(const oned_graph* graph, int value, int64_t* extents) {
  for (auto extent : graph->values[value].extents) *extents++ = extent;
}

int64_t oned_bytes(const oned_graph* graph) { return graph->bytes; }

int oned_write(oned_graph* graph, int index, const float* elements) {
  return graph->guarded([&] {
    graph->bind();
    memory& data = graph->data(index);
    // An input that the planned value does not depend on has no place.
    if (void* place = data.get_data_handle()) std::memcpy(place, elements, data.get_desc().get_size());
    return 0;
  });
}

int oned_write_pixels(oned_graph* graph, int index, int64_t position, const uint8_t* samples, int64_t area,
                      const float* factors, const float* offsets, const int* channels, int channels_last) {
  return graph->guarded([&] {
    const Value& value = graph->value(index);
    if (value.extents.size() != 4 || position < 0 || position >= value.extents[0] ||
        element_count(value.extents) != value.extents[0] * area * 3)
      throw std::invalid_argument("an image does not fit its input");
    graph->bind();
    void* place = graph->data(index).get_data_handle();
    if (!place) return 0;
    float* base = static_cast<float*>(place) + position * area * 3;
    const float factor[3] = {factors[0], factors[1], factors[2]};
    const float offset[3] = {offsets[0], offsets[1], offsets[2]};
    const int from[3] = {channels[0], channels[1], channels[2]};
    if (channels_last) {
      for (int64_t pixel = 0; pixel < area; pixel++)
        for (int channel = 0; channel < 3; channel++)
          base[pixel * 3 + channel] =
              static_cast<float>(samples[pixel * 3 + from[channel]]) * factor[channel] + offset[channel];
      return 0;
    }
    // By pieces that stay in the nearest cache.
    constexpr int64_t piece = 4096;
    for (int64_t start = 0; start < area; start += piece) {
      const int64_t end = std::min(start + piece, area);
      for (int channel = 0; channel < 3; channel++) {
        float* target = base + channel * area;
        const uint8_t* source = samples + from[channel];
        const float scale = factor[channel], shift = offset[channel];
        for (int64_t pixel = start; pixel < end; pixel++)
          target[pixel] = static_cast<float>(source[pixel * 3]) * scale + shift;
      }
    }
    return 0;
  });
}

int oned_read(oned_graph* graph, int index, float* elements) {
  return graph->guarded([&] {
    graph->value(index);
    if (!graph->data(index).get_data_handle()) throw std::invalid_argument("a value that is not computed is read");
    copy(graph->data(index), memory(dense(graph->value(index).extents), engine(), elements));
    stream().wait();
    return 0;
  });
}

int oned_forward(oned_graph* graph) {
  return graph->guarded([&] {
    graph->bind();
    for (int step : graph->needed) graph->steps[step].forward();
    stream().wait();
    return 0;
  });
}

int oned_backward(oned_graph* graph, const float* seed, float* gradient) {
  return graph->guarded([&] {
    graph->gradients.assign(graph->values.size(), memory());
    const Value& last = graph->value(graph->last);
    memory start(dense(last.extents), engine());
    std::memcpy(start.get_data_handle(), seed, start.get_desc().get_size());
    graph->add_gradient(graph->last, start);
    for (auto step = graph->needed.rbegin(); step != graph->needed.rend(); step++) {
      const Step& current = graph->steps[*step];
      if (!graph->gradients[current.output] || current.output == graph->wanted) continue;
      bool is_needed = std::any_of(current.inputs.begin(), current.inputs.end(),
                                   [&](int input) { return graph->wants_gradient(input); });
      if (is_needed) current.backward();
      graph->gradients[current.output] = memory();
    }
    const dims& extents = graph->value(graph->wanted).extents;
    if (graph->gradients[graph->wanted]) {
      copy(graph->gradients[graph->wanted], memory(dense(extents), engine(), gradient));
    } else {
      std::fill(gradient, gradient + element_count(extents), 0.0f);
    }
    stream().wait();
    graph->gradients.clear();
    return 0;
  });
}

}  // extern "C"
