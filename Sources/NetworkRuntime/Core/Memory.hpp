// Memory that graphs share: weights by name and layout, and the arena of what is computed.
#pragma once
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "Core/Primitives.hpp"

struct nrt_weights {
  // What is stored under a name in a layout; an empty memory where there is nothing.
  nrt::memory find(const std::string& key, const nrt::memory::desc& layout);
  // Stores `elements`, which lie as `plain` says, in a layout.
  nrt::memory add(const std::string& key, const nrt::memory::desc& layout, const nrt::memory::desc& plain,
                   const float* elements);
  int64_t bytes();

 private:
  std::mutex lock;
  std::map<std::string, std::vector<nrt::memory>> stored;
};

struct nrt_arena {
  nrt_arena() = default;
  nrt_arena(const nrt_arena&) = delete;
  ~nrt_arena();
  // At least `size` bytes; what was there before is lost where it must grow.
  void* reserve(int64_t size);
  int64_t size() const { return capacity; }

 private:
  void* memory = nullptr;
  int64_t capacity = 0;
};
