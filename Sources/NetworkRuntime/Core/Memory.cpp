// Packed weights and arenas, and their C functions.
#include "Core/Memory.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <new>

#include "RuntimeGraph.h"

using nrt::memory;

memory nrt_weights::find(const std::string& key, const memory::desc& layout) {
  std::lock_guard<std::mutex> guard(lock);
  for (const memory& candidate : stored[key])
    if (candidate.get_desc() == layout) return candidate;
  return memory();
}

memory nrt_weights::add(const std::string& key, const memory::desc& layout, const memory::desc& plain,
                        const float* elements) {
  memory made(layout, nrt::engine());
  nrt::copy(memory(plain, nrt::engine(), const_cast<float*>(elements)), made);
  std::lock_guard<std::mutex> guard(lock);
  stored[key].push_back(made);
  return made;
}

int64_t nrt_weights::bytes() {
  std::lock_guard<std::mutex> guard(lock);
  int64_t total = 0;
  for (const auto& entry : stored)
    for (const memory& data : entry.second) total += static_cast<int64_t>(data.get_desc().get_size());
  return total;
}

nrt_arena::~nrt_arena() { std::free(memory); }

void* nrt_arena::reserve(int64_t size) {
  if (size <= capacity && memory) return memory;
  // Pages of 2 MiB, where the system gives them and they are filled: fewer faults and misses.
  constexpr int64_t large = int64_t(2) << 20, small = 4096;
  const size_t page = static_cast<size_t>(size >= large ? large : small);
  std::free(memory);
  capacity = 0;
  const size_t rounded = (std::max<size_t>(size, 1) + page - 1) / page * page;
  memory = std::aligned_alloc(page, rounded);
  if (!memory) throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
  if (size >= large) madvise(memory, rounded, MADV_HUGEPAGE);
#endif
  capacity = static_cast<int64_t>(rounded);
  return memory;
}

extern "C" {

nrt_weights* nrt_weights_create(void) { return new (std::nothrow) nrt_weights(); }
void nrt_weights_destroy(nrt_weights* weights) { delete weights; }
int64_t nrt_weights_bytes(nrt_weights* weights) { return weights->bytes(); }
nrt_arena* nrt_arena_create(void) { return new (std::nothrow) nrt_arena(); }
void nrt_arena_destroy(nrt_arena* arena) { delete arena; }
int64_t nrt_arena_bytes(const nrt_arena* arena) { return arena->size(); }

}  // extern "C"
