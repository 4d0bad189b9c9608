// The graph behind the C interface: values, and steps that compute and differentiate them.
#pragma once
#include <oneapi/dnnl/dnnl.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

#include "COneDNN.h"
#include "Memory.hpp"
#include "Primitives.hpp"

namespace oned {

struct Value {
  dims extents;
  memory::desc layout;
  memory data;
  bool is_constant = false;
  // The step that makes it; -1 for inputs and constants.
  int step = -1;
  // The value in whose memory it lies, and how many bytes behind its beginning; -1 where it has its own.
  int alias_of = -1;
  int64_t alias_offset = 0;
};

struct Step {
  std::vector<int> inputs;
  int output;
  std::function<void()> forward;
  // Adds to the gradients of the inputs, given that of the output.
  std::function<void()> backward;
  // Inputs in other layouts: read, but without a gradient.
  std::vector<int> reordered;
  // A value whose memory the output may take if nobody needs it later.
  int overwrites = -1;
  // Whether `backward` reads what `forward` read, and what it made.
  bool keeps_inputs = true, keeps_output = true;
  // For listings.
  std::string kind, implementation;
  double operations = 0;
};

}  // namespace oned

struct oned_graph {
  // References stay good while values are added.
  std::deque<oned::Value> values;
  std::vector<oned::Step> steps;
  std::vector<oned::memory> gradients;
  std::shared_ptr<oned_weights> weights;
  std::shared_ptr<oned_arena> arena;
  int precision = ONED_F32;
  int threads = 0;
  // Whether layers are left out: extents are all that is asked for.
  bool is_outline = false;
  // Whether steps that are made now can be differentiated.
  bool differentiates = false;
  bool is_planned = false;
  int64_t bytes = 0;
  int last = -1;
  int wanted = -1;
  std::string error;
  // After planning: the steps that `last` needs, where each value lies in the arena (-1: elsewhere), and which depend on `wanted`.
  std::vector<int> needed;
  std::vector<int64_t> offsets;
  std::vector<bool> depends;
  int64_t arena_bytes = 0;
  // The arena's memory that the values point into.
  void* bound = nullptr;
  // Values that are others in another layout, by the other; and those that the step being made reads.
  std::unordered_multimap<int, int> reorders;
  std::vector<int> pending;

  const oned::Value& value(int index) const {
    if (index < 0 || index >= static_cast<int>(values.size())) throw std::invalid_argument("no such value");
    return values[index];
  }

  oned::memory& data(int index) { return values[index].data; }

  // A function that gives value `index` in a layout: a step of its own copies it where its layout is another.
  std::function<oned::memory()> in_layout(int index, const oned::memory::desc& layout) {
    if (value(index).layout == layout) return [this, index] { return data(index); };
    int turned = reordered(index, layout);
    pending.push_back(turned);
    return [this, turned] { return data(turned); };
  }

  // The value that is `index` in another layout.
  int reordered(int index, const oned::memory::desc& layout);

  // For concatenations.
  std::vector<int> alike(const std::vector<int>& parts, int axis);
  bool join_in_place(const std::vector<int>& parts, const oned::dims& extents, int axis) const;

  int add_value(const oned::dims& extents, const oned::memory::desc& layout) {
    for (auto extent : extents)
      if (extent <= 0) throw std::invalid_argument("a tensor without elements");
    oned::Value made;
    made.extents = extents;
    made.layout = layout;
    if (!is_outline) made.data = oned::memory(layout, oned::engine(), DNNL_MEMORY_NONE);
    values.push_back(made);
    return static_cast<int>(values.size()) - 1;
  }

  // A value of known extents, of a graph that cannot run.
  int add_outline(const oned::dims& extents, std::vector<int> inputs) {
    return add_step(extents, oned::dense(extents), inputs, [](int) {}, [](int) {});
  }

  // Adds a step; `forward` and `backward` are told the number of its output.
  template <class Forward, class Backward>
  int add_step(const oned::dims& extents, const oned::memory::desc& layout, std::vector<int> inputs, Forward forward,
               Backward backward) {
    for (int input : inputs) value(input);
    int output = add_value(extents, layout);
    values[output].step = static_cast<int>(steps.size());
    oned::Step step;
    step.inputs = inputs;
    step.output = output;
    step.forward = [=] { forward(output); };
    step.backward = [=] { backward(output); };
    step.reordered.swap(pending);
    steps.push_back(step);
    return output;
  }

  // The step that was made last, to say more about it.
  oned::Step& latest() { return steps.back(); }

  // Whether anybody asks for the gradient of value `index`.
  bool wants_gradient(int index) const { return depends[index]; }

  // The gradient of a step's output in a layout.
  oned::memory gradient(int index, const oned::memory::desc& layout) { return oned::in_layout(gradients[index], layout); }

  // Adds to a value's gradient; takes hold of `gradient` where it is the first.
  void add_gradient(int index, oned::memory gradient) {
    if (!wants_gradient(index)) return;
    if (!gradients[index]) {
      gradients[index] = gradient;
      return;
    }
    oned::memory sum(gradients[index].get_desc(), oned::engine());
    oned::memory other = oned::in_layout(gradient, sum.get_desc());
    auto description = oned::describe<dnnl::binary>(
        dnnl::algorithm::binary_add, sum.get_desc(), sum.get_desc(), sum.get_desc());
    dnnl::binary(description)
        .execute(oned::stream(),
                 {{DNNL_ARG_SRC_0, gradients[index]}, {DNNL_ARG_SRC_1, other}, {DNNL_ARG_DST, sum}});
    gradients[index] = sum;
  }

  // Points the values into the arena, which may have moved since.
  void bind();

  // Runs `body` on the graph's threads; a failure becomes -1 and a message.
  template <class Body>
  int guarded(Body body) noexcept {
    try {
      oned::use_threads(threads);
      return body();
    } catch (const dnnl::error& failure) {
      error = std::string("oneDNN: ") + failure.what();
    } catch (const std::bad_alloc&) {
      error = "out of memory";
    } catch (const std::exception& failure) {
      error = failure.what();
    }
    return -1;
  }
};
