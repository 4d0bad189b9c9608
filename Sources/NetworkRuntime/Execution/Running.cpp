// Running a planned graph: pixels in, forward, backward, values out, and timing step by step.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>

#include "Core/Graph.hpp"
#include "Execution/Planning.hpp"

using namespace nrt;

namespace {

// Points the values into the arena, which may have moved since the last run.
void bind(nrt_graph& graph) {
  if (graph.plan.last < 0) throw std::logic_error("the graph is not planned");
  void* base = graph.arena->reserve(graph.plan.arena_bytes);
  if (base == graph.bound) return;
  for (size_t index = 0; index < graph.values.size(); index++)
    if (graph.plan.offsets[index] >= 0)
      graph.values[index].data.set_data_handle(static_cast<char*>(base) + graph.plan.offsets[index]);
  graph.bound = base;
}

void fill_text(char* target, size_t size, const std::string& text) { std::snprintf(target, size, "%s", text.c_str()); }

}  // namespace

extern "C" {

int nrt_plan(nrt_graph* graph, int last, int wanted) {
  return graph->guarded([&] {
    graph->plan = make_plan(*graph, last, wanted);
    graph->bound = nullptr;
    return 0;
  });
}

int64_t nrt_bytes(const nrt_graph* graph) { return graph->plan.arena_bytes; }

int nrt_write(nrt_graph* graph, int index, const float* elements) {
  return graph->guarded([&] {
    bind(*graph);
    memory& data = graph->data(index);
    // An input that the planned value does not depend on has no place.
    if (void* place = data.get_data_handle()) std::memcpy(place, elements, data.get_desc().get_size());
    return 0;
  });
}

int nrt_write_pixels(nrt_graph* graph, int index, int64_t position, const uint8_t* samples, int64_t area,
                     const float* factors, const float* offsets, const int* channels, int channels_last) {
  return graph->guarded([&] {
    const Value& value = graph->value(index);
    if (value.extents.size() != 4 || position < 0 || position >= value.extents[0] ||
        element_count(value.extents) != value.extents[0] * area * 3)
      throw std::invalid_argument("an image does not fit its input");
    bind(*graph);
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
    // In blocks that stay in the nearest cache.
    constexpr int64_t block = 4096;
    for (int64_t start = 0; start < area; start += block) {
      const int64_t end = std::min(start + block, area);
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

int nrt_read(nrt_graph* graph, int index, float* elements) {
  return graph->guarded([&] {
    graph->value(index);
    if (!graph->data(index).get_data_handle()) throw std::invalid_argument("a value that is not computed is read");
    copy(graph->data(index), memory(dense(graph->value(index).extents), engine(), elements));
    stream().wait();
    return 0;
  });
}

int nrt_forward(nrt_graph* graph) {
  return graph->guarded([&] {
    bind(*graph);
    for (int step : graph->plan.steps) graph->steps[step].forward();
    stream().wait();
    return 0;
  });
}

int nrt_backward(nrt_graph* graph, const float* seed, float* gradient) {
  return graph->guarded([&] {
    graph->gradients.assign(graph->values.size(), memory());
    const Value& last = graph->value(graph->plan.last);
    memory start(dense(last.extents), engine());
    std::memcpy(start.get_data_handle(), seed, start.get_desc().get_size());
    graph->add_gradient(graph->plan.last, start);
    for (auto step = graph->plan.steps.rbegin(); step != graph->plan.steps.rend(); step++) {
      const Step& current = graph->steps[*step];
      if (!graph->gradients[current.output] || current.output == graph->plan.wanted) continue;
      bool is_needed = std::any_of(current.inputs.begin(), current.inputs.end(),
                                   [&](int input) { return graph->wants_gradient(input); });
      if (is_needed) current.backward();
      graph->gradients[current.output] = memory();
    }
    const dims& extents = graph->value(graph->plan.wanted).extents;
    if (graph->gradients[graph->plan.wanted]) {
      copy(graph->gradients[graph->plan.wanted], memory(dense(extents), engine(), gradient));
    } else {
      std::fill(gradient, gradient + element_count(extents), 0.0f);
    }
    stream().wait();
    graph->gradients.clear();
    return 0;
  });
}

int nrt_step_count(const nrt_graph* graph) { return static_cast<int>(graph->plan.steps.size()); }

int nrt_profile(nrt_graph* graph, nrt_step* rows) {
  return graph->guarded([&] {
    bind(*graph);
    for (size_t row = 0; row < graph->plan.steps.size(); row++) {
      const Step& step = graph->steps[graph->plan.steps[row]];
      const auto start = std::chrono::steady_clock::now();
      step.forward();
      stream().wait();
      const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
      nrt_step& shown = rows[row];
      shown.output = step.output;
      shown.is_reorder = step.kind == "reorder";
      shown.seconds = elapsed.count();
      shown.operations = step.operations;
      fill_text(shown.kind, sizeof shown.kind, step.kind);
      fill_text(shown.implementation, sizeof shown.implementation, step.implementation);
      const int input = step.reordered.empty() ? step.inputs.empty() ? -1 : step.inputs[0] : step.reordered[0];
      fill_text(shown.from, sizeof shown.from, input < 0 ? "" : layout_name(graph->value(input).layout));
      fill_text(shown.to, sizeof shown.to, layout_name(graph->value(step.output).layout));
    }
    return 0;
  });
}

}  // extern "C"
