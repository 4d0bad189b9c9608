// The graph: values, the steps that compute and differentiate them, and where planning has put each value. Operators
// are written with what is declared here; it knows none of them.
#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

#include "Core/Memory.hpp"
#include "Core/Primitives.hpp"
#include "Core/Processor.hpp"
#include "RuntimeGraph.h"

namespace nrt {

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

// What is computed, and where each value lies. Made by Execution/Planning.
struct Plan {
  // The value to compute, and the one whose gradient is wanted (-1: none).
  int last = -1, wanted = -1;
  // The steps that `last` needs, in order.
  std::vector<int> steps;
  // Whether each value depends on `wanted`.
  std::vector<bool> depends;
  // Where each value lies in the arena; -1: elsewhere, or not needed.
  std::vector<int64_t> offsets;
  int64_t arena_bytes = 0;
};

}  // namespace nrt

struct nrt_graph {
  // A deque: references stay valid while values are added.
  std::deque<nrt::Value> values;
  std::vector<nrt::Step> steps;
  std::vector<nrt::memory> gradients;
  // Borrowed where the caller gave them, else the graph's own.
  std::shared_ptr<nrt_weights> weights;
  std::shared_ptr<nrt_arena> arena;
  int precision = NRT_F32;
  // OpenMP threads of its steps; 0 for an outline, which computes nothing.
  int threads = 0;
  // Whether layers are left out: extents are all that is asked for.
  bool is_outline = false;
  // Whether steps that are made now can be differentiated.
  bool differentiates = false;
  nrt::Plan plan;
  // The arena's memory that the values point into; null before the first run of a plan.
  void* bound = nullptr;
  std::string error;
  // Values that are others in another layout, by the other.
  std::unordered_multimap<int, int> reorders;
  // Reordered values that the step being made reads.
  std::vector<int> pending;

  // Throws where there is no such value.
  const nrt::Value& value(int index) const;
  nrt::memory& data(int index) { return values[index].data; }

  // A function that gives value `index` in a layout: a step of its own copies it where its layout is another.
  std::function<nrt::memory()> in_layout(int index, const nrt::memory::desc& layout);
  // The value that is `index` in another layout, made where it is missing.
  int reordered(int index, const nrt::memory::desc& layout);

  int add_value(const nrt::dims& extents, const nrt::memory::desc& layout);
  // A value of known extents, of a graph that cannot run.
  int add_outline(const nrt::dims& extents, std::vector<int> inputs);
  // Adds a step; `forward` and `backward` get the number of its output.
  template <class Forward, class Backward>
  int add_step(const nrt::dims& extents, const nrt::memory::desc& layout, std::vector<int> inputs, Forward forward,
               Backward backward) {
    for (int input : inputs) value(input);
    int output = add_value(extents, layout);
    values[output].step = static_cast<int>(steps.size());
    nrt::Step step;
    step.inputs = inputs;
    step.output = output;
    step.forward = [=] { forward(output); };
    step.backward = [=] { backward(output); };
    step.reordered.swap(pending);
    steps.push_back(step);
    return output;
  }
  // The step that was made last, to complete its description.
  nrt::Step& latest() { return steps.back(); }

  bool wants_gradient(int index) const { return plan.depends[index]; }
  // The gradient of a step's output in a layout.
  nrt::memory gradient(int index, const nrt::memory::desc& layout);
  // Adds to a value's gradient; keeps `gradient` itself where it is the first.
  void add_gradient(int index, nrt::memory gradient);

  // Runs `body` on the graph's threads; a failure becomes -1 and a message.
  template <class Body>
  int guarded(Body body) noexcept {
    try {
      if (threads > 0) nrt::use_threads(threads);
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
