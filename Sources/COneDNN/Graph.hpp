// The graph behind the C interface: values, and steps that compute and differentiate them.
#pragma once
#include <oneapi/dnnl/dnnl.hpp>

#include <functional>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

#include "COneDNN.h"

namespace oned {

using dnnl::memory;
using dims = memory::dims;
using arguments = std::unordered_map<int, memory>;

inline dnnl::engine& engine() {
  static dnnl::engine shared(dnnl::engine::kind::cpu, 0);
  return shared;
}

inline dnnl::stream& stream() {
  static dnnl::stream shared(engine());
  return shared;
}

// A primitive's description: oneDNN 2 makes it from an operation descriptor, oneDNN 3 from the same arguments directly.
template <class Primitive, class... Arguments>
typename Primitive::primitive_desc describe(Arguments&&... arguments) {
#if DNNL_VERSION_MAJOR >= 3
  return typename Primitive::primitive_desc(engine(), std::forward<Arguments>(arguments)...);
#else
  return typename Primitive::primitive_desc(typename Primitive::desc(std::forward<Arguments>(arguments)...), engine());
#endif
}

template <class Primitive, class... Arguments>
typename Primitive::primitive_desc describe_with(const dnnl::primitive_attr& attributes, Arguments&&... arguments) {
#if DNNL_VERSION_MAJOR >= 3
  return typename Primitive::primitive_desc(engine(), std::forward<Arguments>(arguments)..., attributes);
#else
  return typename Primitive::primitive_desc(
      typename Primitive::desc(std::forward<Arguments>(arguments)...), attributes, engine());
#endif
}

// The same for a backward primitive, which needs the description of its forward one.
template <class Primitive, class Forward, class... Arguments>
typename Primitive::primitive_desc describe_backward(const Forward& forward, Arguments&&... arguments) {
#if DNNL_VERSION_MAJOR >= 3
  return typename Primitive::primitive_desc(engine(), std::forward<Arguments>(arguments)..., forward);
#else
  return typename Primitive::primitive_desc(
      typename Primitive::desc(std::forward<Arguments>(arguments)...), engine(), forward);
#endif
}

inline dims dense_strides(const dims& extents) {
  dims strides(extents.size(), 1);
  for (int axis = static_cast<int>(extents.size()) - 2; axis >= 0; axis--)
    strides[axis] = strides[axis + 1] * extents[axis + 1];
  return strides;
}

// Row-major without gaps.
inline memory::desc dense(const dims& extents) {
  return memory::desc(extents, memory::data_type::f32, dense_strides(extents));
}

// The layout that the primitive likes best.
inline memory::desc any(const dims& extents) {
  return memory::desc(extents, memory::data_type::f32, memory::format_tag::any);
}

inline void copy(memory from, memory to) { dnnl::reorder(from, to).execute(stream(), from, to); }

// `from` in the layout `description`; itself where it has that layout already.
inline memory in_layout(memory from, const memory::desc& description) {
  if (from.get_desc() == description) return from;
  memory to(description, engine());
  copy(from, to);
  return to;
}

inline int64_t element_count(const dims& extents) {
  int64_t count = 1;
  for (auto extent : extents) count *= extent;
  return count;
}

struct Value {
  dims extents;
  memory::desc layout;
  memory data;
  bool is_constant = false;
  // The step that makes it; -1 for inputs and constants.
  int step = -1;
};

struct Step {
  std::vector<int> inputs;
  int output;
  std::function<void()> forward;
  // Adds to the gradients of the inputs, given that of the output.
  std::function<void()> backward;
};

}  // namespace oned

struct oned_graph {
  std::vector<oned::Value> values;
  std::vector<oned::Step> steps;
  std::vector<oned::memory> gradients;
  // Buffers by number, and bytes in all.
  std::vector<std::vector<char>> buffers;
  int64_t bytes = 0;
  int last = -1;
  int wanted = -1;
  std::string error;

  const oned::Value& value(int index) const {
    if (index < 0 || index >= static_cast<int>(values.size())) throw std::invalid_argument("no such value");
    return values[index];
  }

  oned::memory& data(int index) { return values[index].data; }

  // A function that gives value `index` in a layout, copying into a buffer of its own where its layout is another.
  std::function<oned::memory()> in_layout(int index, const oned::memory::desc& layout) {
    if (value(index).layout == layout) return [this, index] { return data(index); };
    oned::memory buffer(layout, oned::engine());
    return [this, index, buffer] {
      oned::copy(data(index), buffer);
      return buffer;
    };
  }

  int add_value(const oned::dims& extents, const oned::memory::desc& layout) {
    for (auto extent : extents)
      if (extent <= 0) throw std::invalid_argument("a tensor without elements");
    oned::Value made;
    made.extents = extents;
    made.layout = layout;
    made.data = oned::memory(layout, oned::engine(), DNNL_MEMORY_NONE);
    values.push_back(made);
    return static_cast<int>(values.size()) - 1;
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
    steps.push_back(step);
    return output;
  }

  // Whether anybody asks for the gradient of value `index`.
  bool wants_gradient(int index) const { return !values[index].is_constant && index >= wanted; }

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

  // Runs `body`; a failure becomes -1 and a message.
  template <class Body>
  int guarded(Body body) noexcept {
    try {
      return body();
    } catch (const dnnl::error& failure) {
      error = std::string("oneDNN: ") + failure.what();
    } catch (const std::exception& failure) {
      error = failure.what();
    }
    return -1;
  }
};
