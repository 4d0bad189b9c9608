// A step on dense elements, with its gradient.
#pragma once
#include <functional>
#include <vector>

#include "Core/Graph.hpp"

namespace nrt {

using sources = std::vector<const float*>;
// One for each input; null where nobody asks for it. They start at zero.
using targets = std::vector<float*>;

struct DenseMath {
  std::function<void(const sources& inputs, float* output)> forward;
  // Adds to the gradients of the inputs.
  std::function<void(const sources& inputs, const float* output, const float* upstream, const targets& gradients)>
      backward;
};

// Adds a step that sees its inputs dense, whatever layout they have.
int add_dense_step(nrt_graph* graph, const dims& extents, const std::vector<int>& inputs, DenseMath math);

// Calls body(offset in the whole, offset in each operand) for every element, in order.
template <size_t Operands, class Body>
void for_each_place(const dims& whole, const std::vector<dims>& strides, Body body) {
  const size_t rank = whole.size();
  const int64_t inner = rank ? whole[rank - 1] : 1;
  const int64_t outer = element_count(whole) / inner;
  dims place(rank, 0);
  int64_t offset[Operands] = {}, step[Operands] = {};
  for (size_t operand = 0; operand < Operands; operand++) step[operand] = rank ? strides[operand][rank - 1] : 0;
  int64_t position = 0;
  for (int64_t row = 0; row < outer; row++) {
    int64_t at[Operands];
    std::copy(offset, offset + Operands, at);
    for (int64_t column = 0; column < inner; column++, position++) {
      body(position, at);
      for (size_t operand = 0; operand < Operands; operand++) at[operand] += step[operand];
    }
    for (int axis = static_cast<int>(rank) - 2; axis >= 0; axis--) {
      place[axis]++;
      for (size_t operand = 0; operand < Operands; operand++) offset[operand] += strides[operand][axis];
      if (place[axis] < whole[axis]) break;
      for (size_t operand = 0; operand < Operands; operand++) offset[operand] -= strides[operand][axis] * whole[axis];
      place[axis] = 0;
    }
  }
}

}  // namespace nrt
