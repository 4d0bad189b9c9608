// Weights and arenas, and how many threads compute.
#include "Memory.hpp"

#include <dlfcn.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <thread>

#include "COneDNN.h"

using oned::memory;

memory oned_weights::find(const std::string& key, const memory::desc& layout) {
  std::lock_guard<std::mutex> guard(lock);
  for (const memory& candidate : stored[key])
    if (candidate.get_desc() == layout) return candidate;
  return memory();
}

memory oned_weights::add(const std::string& key, const memory::desc& layout, const memory::desc& plain,
                         const float* elements) {
  memory made(layout, oned::engine());
  oned::copy(memory(plain, oned::engine(), const_cast<float*>(elements)), made);
  std::lock_guard<std::mutex> guard(lock);
  stored[key].push_back(made);
  return made;
}

int64_t oned_weights::bytes() {
  std::lock_guard<std::mutex> guard(lock);
  int64_t total = 0;
  for (const auto& entry : stored)
    for (const memory& data : entry.second) total += static_cast<int64_t>(data.get_desc().get_size());
  return total;
}

oned_arena::~oned_arena() { std::free(memory); }

void* oned_arena::reserve(int64_t size) {
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

namespace oned {

namespace {

// oneDNN may be built with or without OpenMP: its functions are looked up where they are.
template <class Function>
Function* openmp(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, name));
}

}  // namespace

int thread_count() {
  static const int count = [] {
    if (auto maximum = openmp<int()>("omp_get_max_threads")) return std::max(1, maximum());
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  }();
  return count;
}

void use_threads(int count) {
  static const auto set = openmp<void(int)>("omp_set_num_threads");
  const int all = thread_count();
  if (set) set(count > 0 ? std::min(count, all) : all);
}

std::string layout_name(const memory::desc& layout) {
  using tag = memory::format_tag;
  using type = memory::data_type;
#if DNNL_VERSION_MAJOR >= 3
  const dims extents = layout.get_dims();
#else
  const dims extents = layout.dims();
#endif
  const type elements = element_type(layout);
  const std::string suffix = elements == type::f32 ? " f32" : elements == type::bf16 ? " bf16" : " other";
  auto is = [&](tag format) { return layout == memory::desc(extents, elements, format); };
  if (layout == dense(extents, elements)) return (extents.size() == 4 ? "nchw" : "dense") + suffix;
  if (extents.size() == 4) {
    if (is(tag::nhwc)) return "nhwc" + suffix;
    if (is(tag::nChw16c)) return "nChw16c" + suffix;
    if (is(tag::nChw8c)) return "nChw8c" + suffix;
  }
  return "blocked" + suffix;
}

}  // namespace oned

extern "C" {

int oned_thread_count(void) { return oned::thread_count(); }

void oned_settle_thread(void) {
  // A team of two that does nothing. While libgomp counts more threads than there are processors, waiting at a barrier is a short spin
  // and then sleep; else it spins for milliseconds, which costs dearly where other work shares the processors.
  using parallel = void(void (*)(void*), void*, unsigned, unsigned);
  static const auto run = oned::openmp<parallel>("GOMP_parallel");
  if (run && oned::thread_count() > 1) run([](void*) {}, nullptr, 2, 0);
}

int oned_supports_bf16(void) {
#if defined(__x86_64__)
  const auto given = static_cast<unsigned>(dnnl::get_effective_cpu_isa());
  const auto wanted = static_cast<unsigned>(dnnl::cpu_isa::avx512_core_bf16);
  return (given & wanted) == wanted;
#else
  return 0;
#endif
}

oned_weights* oned_weights_create(void) { return new (std::nothrow) oned_weights(); }
void oned_weights_destroy(oned_weights* weights) { delete weights; }
int64_t oned_weights_bytes(oned_weights* weights) { return weights->bytes(); }
oned_arena* oned_arena_create(void) { return new (std::nothrow) oned_arena(); }
void oned_arena_destroy(oned_arena* arena) { delete arena; }
int64_t oned_arena_bytes(const oned_arena* arena) { return arena->size(); }

}  // extern "C"
