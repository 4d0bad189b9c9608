// Making, planning and running a graph.
#include "Graph.hpp"

#include <algorithm>
#include <climits>
#include <cstring>

using namespace oned;

extern "C" {

oned_graph* oned_graph_create(void) { return new (std::nothrow) oned_graph(); }
void oned_graph_destroy(oned_graph* graph) { delete graph; }
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
    value.data = memory(value.layout, engine());
    std::memcpy(value.data.get_data_handle(), elements, value.layout.get_size());
    return index;
  });
}

int oned_rank(const oned_graph* graph, int value) { return static_cast<int>(graph->values[value].extents.size()); }

void oned_dims(const oned_graph* graph, int value, int64_t* extents) {
  for (auto extent : graph->values[value].extents) *extents++ = extent;
}

int oned_plan(oned_graph* graph, int last, int wanted) {
  return graph->guarded([&] {
    graph->value(last);
    graph->last = last;
    graph->wanted = wanted < 0 ? INT_MAX : wanted;
    int final_step = graph->values[last].step;
    // When each value is needed for the last time: gradients need all from `wanted` on, and what those were made from.
    std::vector<int> last_use(graph->values.size(), -1);
    last_use[last] = INT_MAX;
    int first_kept = wanted < 0 ? INT_MAX : graph->values[wanted].step;
    for (int step = 0; step <= final_step; step++) {
      int until = step >= first_kept ? INT_MAX : step;
      for (int input : graph->steps[step].inputs) last_use[input] = std::max(last_use[input], until);
      int output = graph->steps[step].output;
      last_use[output] = std::max(last_use[output], until);
    }
    // Greedy: each value takes the free buffer nearest its size, which grows if it must.
    struct Buffer { size_t size; int free_after; };
    std::vector<Buffer> buffers;
    std::vector<int> assigned(graph->values.size(), -1);
    auto assign = [&](int index, int now) {
      size_t need = graph->values[index].layout.get_size();
      int best = -1;
      for (int candidate = 0; candidate < static_cast<int>(buffers.size()); candidate++) {
        if (buffers[candidate].free_after >= now) continue;
        auto gap = [&](int buffer) {
          return std::max(buffers[buffer].size, need) - std::min(buffers[buffer].size, need);
        };
        if (best < 0 || gap(candidate) < gap(best)) best = candidate;
      }
      if (best < 0) {
        buffers.push_back({need, 0});
        best = static_cast<int>(buffers.size()) - 1;
      }
      buffers[best].size = std::max(buffers[best].size, need);
      buffers[best].free_after = last_use[index];
      assigned[index] = best;
    };
    for (int index = 0; index < static_cast<int>(graph->values.size()); index++) {
      const Value& value = graph->values[index];
      if (value.is_constant || value.step > final_step) continue;
      assign(index, value.step);
    }
    graph->buffers.clear();
    graph->bytes = 0;
    constexpr size_t alignment = 64;
    for (auto& buffer : buffers) {
      graph->buffers.emplace_back(buffer.size + alignment);
      graph->bytes += static_cast<int64_t>(buffer.size);
    }
    for (int index = 0; index < static_cast<int>(graph->values.size()); index++) {
      if (assigned[index] < 0) continue;
      auto address = reinterpret_cast<uintptr_t>(graph->buffers[assigned[index]].data());
      address = (address + alignment - 1) / alignment * alignment;
      graph->data(index).set_data_handle(reinterpret_cast<void*>(address));
    }
    return 0;
  });
}

int64_t oned_bytes(const oned_graph* graph) { return graph->bytes; }

int oned_write(oned_graph* graph, int index, const float* elements) {
  return graph->guarded([&] {
    memory& data = graph->data(index);
    std::memcpy(data.get_data_handle(), elements, data.get_desc().get_size());
    return 0;
  });
}

int oned_read(oned_graph* graph, int index, float* elements) {
  return graph->guarded([&] {
    copy(graph->data(index), memory(dense(graph->value(index).extents), engine(), elements));
    stream().wait();
    return 0;
  });
}

int oned_forward(oned_graph* graph) {
  return graph->guarded([&] {
    for (int step = 0; step <= graph->values[graph->last].step; step++) graph->steps[step].forward();
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
    int first = graph->value(graph->wanted).step;
    for (int step = last.step; step > first; step--) {
      const Step& current = graph->steps[step];
      if (!graph->gradients[current.output]) continue;
      bool is_needed = std::any_of(current.inputs.begin(), current.inputs.end(),
                                   [&](int input) { return graph->wants_gradient(input); });
      if (is_needed) current.backward();
      if (current.output != graph->wanted) graph->gradients[current.output] = memory();
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
