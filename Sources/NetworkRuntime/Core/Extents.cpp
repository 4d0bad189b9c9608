// Counts, strides, windows and broadcasting of extents.
#include "Core/Extents.hpp"

#include <algorithm>
#include <stdexcept>

namespace nrt {

int64_t element_count(const dims& extents) {
  int64_t count = 1;
  for (auto extent : extents) count *= extent;
  return count;
}

dims dense_strides(const dims& extents) {
  dims strides(extents.size(), 1);
  for (int axis = static_cast<int>(extents.size()) - 2; axis >= 0; axis--)
    strides[axis] = strides[axis + 1] * extents[axis + 1];
  return strides;
}

int64_t window_count(int64_t size, int64_t begin, int64_t end, int64_t window, int64_t stride) {
  const int64_t room = size + begin + end - window;
  if (room < 0) throw std::invalid_argument("a window is larger than its padded input");
  return room / stride + 1;
}

dims broadcast_strides(const dims& extents, const dims& whole) {
  dims strides = dense_strides(extents);
  for (size_t axis = 0; axis < whole.size(); axis++)
    if (extents[axis] == 1 && whole[axis] != 1) strides[axis] = 0;
  return strides;
}

dims broadcast_extents(const std::vector<dims>& operands) {
  dims whole = operands[0];
  for (const dims& operand : operands) {
    if (operand.size() != whole.size()) throw std::invalid_argument("operands of different rank");
    for (size_t axis = 0; axis < whole.size(); axis++) {
      if (operand[axis] != whole[axis] && operand[axis] != 1 && whole[axis] != 1)
        throw std::invalid_argument("operands cannot be broadcast");
      whole[axis] = std::max(whole[axis], operand[axis]);
    }
  }
  return whole;
}

}  // namespace nrt
