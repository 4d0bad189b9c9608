// Which steps run, and where each value lies: one arena, in which values that do not live at the same time overlap.
#include <algorithm>
#include <chrono>
#include <climits>
#include <cstdio>

#include "Graph.hpp"

using namespace oned;

namespace {

// A stretch of memory and the steps during which it is needed.
struct Block {
  int64_t size = 0;
  int from = INT_MAX, until = -1;
  int64_t offset = 0;
};

// The value that has the memory in which `index` lies.
int root(const oned_graph& graph, int index) {
  while (graph.values[index].alias_of >= 0) index = graph.values[index].alias_of;
  return index;
}

// Bytes from the beginning of that memory.
int64_t alias_offset(const oned_graph& graph, int index) {
  int64_t offset = 0;
  for (; graph.values[index].alias_of >= 0; index = graph.values[index].alias_of)
    offset += graph.values[index].alias_offset;
  return offset;
}

// The steps that `last` needs, in order.
std::vector<int> needed_steps(const oned_graph& graph, int last) {
  std::vector<bool> is_needed(graph.values.size(), false);
  is_needed[last] = true;
  std::vector<int> steps;
  for (int number = static_cast<int>(graph.steps.size()) - 1; number >= 0; number--) {
    const Step& step = graph.steps[number];
    if (!is_needed[step.output]) continue;
    steps.push_back(number);
    for (int input : step.inputs) is_needed[input] = true;
    for (int input : step.reordered) is_needed[input] = true;
  }
  std::reverse(steps.begin(), steps.end());
  return steps;
}

void place(std::vector<Block*> blocks, int64_t& total) {
  std::sort(blocks.begin(), blocks.end(), [](const Block* a, const Block* b) { return a->size > b->size; });
  std::vector<const Block*> placed;
  for (Block* block : blocks) {
    // The lowest gap among those that live at the same time.
    std::vector<const Block*> neighbours;
    for (const Block* other : placed)
      if (other->from <= block->until && block->from <= other->until) neighbours.push_back(other);
    std::sort(neighbours.begin(), neighbours.end(),
              [](const Block* a, const Block* b) { return a->offset < b->offset; });
    int64_t offset = 0;
    for (const Block* other : neighbours) {
      if (offset + block->size <= other->offset) break;
      offset = std::max(offset, other->offset + other->size);
    }
    block->offset = offset;
    total = std::max(total, offset + block->size);
    placed.push_back(block);
  }
}

void fill_text(char* target, size_t size, const std::string& text) { std::snprintf(target, size, "%s", text.c_str()); }

}  // namespace

extern "C" {

int oned_plan(oned_graph* graph, int last, int wanted) {
  return graph->guarded([&] {
    graph->value(last);
    if (graph->is_outline) throw std::logic_error("an outline of a graph cannot run");
    graph->last = last;
    graph->wanted = wanted;
    graph->needed = needed_steps(*graph, last);
    const int count = static_cast<int>(graph->values.size());
    graph->depends.assign(count, false);
    if (wanted >= 0) graph->depends[wanted] = true;
    for (int number : graph->needed) {
      const Step& step = graph->steps[number];
      if (std::any_of(step.inputs.begin(), step.inputs.end(), [&](int input) { return graph->depends[input]; }))
        graph->depends[step.output] = true;
    }
    // When each value is needed: gradients need what their steps keep.
    std::vector<int> from(count, INT_MAX), until(count, -1);
    auto use = [&](int index, int step) {
      int owner = root(*graph, index);
      from[owner] = std::min(from[owner], graph->values[index].step);
      until[owner] = std::max(until[owner], step);
    };
    use(last, INT_MAX);
    if (wanted >= 0) use(wanted, INT_MAX);
    for (int number : graph->needed) {
      const Step& step = graph->steps[number];
      const bool is_differentiated = graph->depends[step.output] && step.output != wanted;
      for (const auto* list : {&step.inputs, &step.reordered})
        for (int input : *list) use(input, is_differentiated && step.keeps_inputs ? INT_MAX : number);
      use(step.output, is_differentiated && step.keeps_output ? INT_MAX : number);
    }
    // An output takes the memory of an input that ends there.
    std::vector<int> owner(count);
    for (int index = 0; index < count; index++) owner[index] = root(*graph, index);
    std::vector<Block> blocks(count);
    for (int number : graph->needed) {
      const Step& step = graph->steps[number];
      if (step.overwrites < 0) continue;
      if (graph->values[step.output].alias_of >= 0 || graph->values[step.overwrites].alias_of >= 0) continue;
      const int source = owner[root(*graph, step.overwrites)], target = root(*graph, step.output);
      const Value& value = graph->values[root(*graph, step.overwrites)];
      if (value.is_constant || value.step < 0 || source == target || until[source] > number ||
          value.layout.get_size() != graph->values[target].layout.get_size())
        continue;
      owner[target] = source;
      until[source] = std::max(until[source], until[target]);
    }
    for (int index = 0; index < count; index++) {
      const int first = owner[root(*graph, index)];
      owner[index] = first;
      if (graph->values[index].is_constant || until[root(*graph, index)] < 0) continue;
      constexpr int64_t alignment = 64;
      const int64_t size = static_cast<int64_t>(graph->values[index].layout.get_size()) + alias_offset(*graph, index);
      Block& block = blocks[first];
      block.size = std::max(block.size, (size + alignment - 1) / alignment * alignment);
      block.from = std::min(block.from, from[root(*graph, index)]);
      block.until = std::max(block.until, until[root(*graph, index)]);
    }
    std::vector<Block*> used;
    for (Block& block : blocks)
      if (block.size > 0) used.push_back(&block);
    graph->arena_bytes = 0;
    place(used, graph->arena_bytes);
    graph->offsets.assign(count, -1);
    for (int index = 0; index < count; index++)
      if (!graph->values[index].is_constant && blocks[owner[index]].size > 0 && until[root(*graph, index)] >= 0)
        graph->offsets[index] = blocks[owner[index]].offset + alias_offset(*graph, index);
    graph->bound = nullptr;
    graph->bytes = graph->arena_bytes;
    graph->is_planned = true;
    return 0;
  });
}

int oned_step_count(const oned_graph* graph) { return static_cast<int>(graph->needed.size()); }

int oned_profile(oned_graph* graph, oned_step* rows) {
  return graph->guarded([&] {
    graph->bind();
    for (size_t row = 0; row < graph->needed.size(); row++) {
      const Step& step = graph->steps[graph->needed[row]];
      const auto start = std::chrono::steady_clock::now();
      step.forward();
      stream().wait();
      const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
      oned_step& shown = rows[row];
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
