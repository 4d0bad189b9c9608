// Which steps run, and where each value lies: one arena, in which values that do not live at the same time overlap.
#include "Execution/Planning.hpp"

#include <algorithm>
#include <climits>

using namespace nrt;

namespace {

// A stretch of memory and the steps during which it is needed.
struct Block {
  int64_t size = 0;
  int from = INT_MAX, until = -1;
  int64_t offset = 0;
};

// The value that has the memory in which `index` lies.
int root(const nrt_graph& graph, int index) {
  while (graph.values[index].alias_of >= 0) index = graph.values[index].alias_of;
  return index;
}

// Bytes from the beginning of that memory.
int64_t alias_offset(const nrt_graph& graph, int index) {
  int64_t offset = 0;
  for (; graph.values[index].alias_of >= 0; index = graph.values[index].alias_of)
    offset += graph.values[index].alias_offset;
  return offset;
}

// The steps that `last` needs, in order.
std::vector<int> needed_steps(const nrt_graph& graph, int last) {
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

// Gives each block an offset, the largest first, and raises `total` to where the last one ends.
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

// The steps of making one plan, in the order of `run`.
class Planner {
 public:
  Planner(const nrt_graph& graph, int last, int wanted)
      : graph(graph), count(static_cast<int>(graph.values.size())), from(count, INT_MAX), until(count, -1),
        owner(count), blocks(count) {
    plan.last = last;
    plan.wanted = wanted;
  }

  Plan run() {
    plan.steps = needed_steps(graph, plan.last);
    find_dependents();
    find_lifetimes();
    reuse_inputs();
    measure_blocks();
    place_values();
    return plan;
  }

 private:
  const nrt_graph& graph;
  const int count;
  Plan plan;
  // The first and last step that needs each value's memory.
  std::vector<int> from, until;
  // The value in whose block each value lies.
  std::vector<int> owner;
  std::vector<Block> blocks;

  void find_dependents() {
    plan.depends.assign(count, false);
    if (plan.wanted >= 0) plan.depends[plan.wanted] = true;
    for (int number : plan.steps) {
      const Step& step = graph.steps[number];
      if (std::any_of(step.inputs.begin(), step.inputs.end(), [&](int input) { return plan.depends[input]; }))
        plan.depends[step.output] = true;
    }
  }

  void use(int index, int step) {
    const int first = root(graph, index);
    from[first] = std::min(from[first], graph.values[index].step);
    until[first] = std::max(until[first], step);
  }

  // Gradients need what their steps keep: that lives to the end.
  void find_lifetimes() {
    use(plan.last, INT_MAX);
    if (plan.wanted >= 0) use(plan.wanted, INT_MAX);
    for (int number : plan.steps) {
      const Step& step = graph.steps[number];
      const bool is_differentiated = plan.depends[step.output] && step.output != plan.wanted;
      for (const auto* list : {&step.inputs, &step.reordered})
        for (int input : *list) use(input, is_differentiated && step.keeps_inputs ? INT_MAX : number);
      use(step.output, is_differentiated && step.keeps_output ? INT_MAX : number);
    }
  }

  // An output takes the memory of an input that ends there.
  void reuse_inputs() {
    for (int index = 0; index < count; index++) owner[index] = root(graph, index);
    for (int number : plan.steps) {
      const Step& step = graph.steps[number];
      if (step.overwrites < 0) continue;
      if (graph.values[step.output].alias_of >= 0 || graph.values[step.overwrites].alias_of >= 0) continue;
      const int source = owner[root(graph, step.overwrites)], target = root(graph, step.output);
      const Value& value = graph.values[root(graph, step.overwrites)];
      if (value.is_constant || value.step < 0 || source == target || until[source] > number ||
          value.layout.get_size() != graph.values[target].layout.get_size())
        continue;
      owner[target] = source;
      until[source] = std::max(until[source], until[target]);
    }
  }

  bool is_used(int index) const { return !graph.values[index].is_constant && until[root(graph, index)] >= 0; }

  void measure_blocks() {
    constexpr int64_t alignment = 64;
    for (int index = 0; index < count; index++) {
      const int first = root(graph, index);
      owner[index] = owner[first];
      if (!is_used(index)) continue;
      const int64_t size = static_cast<int64_t>(graph.values[index].layout.get_size()) + alias_offset(graph, index);
      Block& block = blocks[owner[index]];
      block.size = std::max(block.size, (size + alignment - 1) / alignment * alignment);
      block.from = std::min(block.from, from[first]);
      block.until = std::max(block.until, until[first]);
    }
  }

  void place_values() {
    std::vector<Block*> used;
    for (Block& block : blocks)
      if (block.size > 0) used.push_back(&block);
    place(used, plan.arena_bytes);
    plan.offsets.assign(count, -1);
    for (int index = 0; index < count; index++)
      if (is_used(index) && blocks[owner[index]].size > 0)
        plan.offsets[index] = blocks[owner[index]].offset + alias_offset(graph, index);
  }
};

}  // namespace

namespace nrt {

Plan make_plan(const nrt_graph& graph, int last, int wanted) {
  graph.value(last);
  if (wanted >= 0) graph.value(wanted);
  if (graph.is_outline) throw std::logic_error("an outline of a graph cannot run");
  return Planner(graph, last, wanted).run();
}

}  // namespace nrt
