// Memory that graphs share: weights by name and layout, and the arena of what is computed.
#pragma once
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "Primitives.hpp"

struct oned_weights {
  // What is stored under a name in a layout; an empty memory where there is nothing.
  oned::memory find(const std::string& key, const oned::memory::desc& layout);
  // Stores `elements`, which lie as `plain` says, in a layout.
  oned::memory add(const std::string& key, const oned::memory::desc& layout, const oned::memory::desc& plain,
                   const float* elements);
  int64_t bytes();

 private:
  std::mutex lock;
  std::map<std::string, std::vector<oned::memory>> stored;
};

struct oned_arena {
  oned_arena() = default;
  oned_arena(const oned_arena&) = delete;
  ~oned_arena();
  // At least `size` bytes; what was there before is lost where it must grow.
  void* reserve(int64_t size);
  int64_t size() const { return capacity; }

 private:
  void* memory = nullptr;
  int64_t capacity = 0;
};
