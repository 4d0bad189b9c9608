// Instruction sets and OpenMP threads. oneDNN may be built with or without OpenMP: its functions are looked up at run
// time.
#include "Core/Processor.hpp"

#include <dlfcn.h>

#include "RuntimeGraph.h"

namespace nrt {

namespace {

template <class Function>
Function* openmp(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, name));
}

}  // namespace

bool has_instructions(dnnl::cpu_isa wanted) {
#if defined(__x86_64__)
  const auto bits = static_cast<unsigned>(wanted);
  return (static_cast<unsigned>(dnnl::get_effective_cpu_isa()) & bits) == bits;
#else
  (void)wanted;
  return false;
#endif
}

void use_threads(int count) {
  static const auto set = openmp<void(int)>("omp_set_num_threads");
  if (set) set(count);
}

}  // namespace nrt

extern "C" {

void nrt_settle_thread(int threads) {
  // A team of two that does nothing. While libgomp counts more threads than there are processors, waiting at a barrier
  // is a short spin and then sleep; else it spins for milliseconds, which costs dearly where other work shares the
  // processors.
  using parallel = void(void (*)(void*), void*, unsigned, unsigned);
  static const auto run = nrt::openmp<parallel>("GOMP_parallel");
  if (run && threads > 1) run([](void*) {}, nullptr, 2, 0);
}

int nrt_supports_bf16(void) { return nrt::has_instructions(dnnl::cpu_isa::avx512_core_bf16); }

}  // extern "C"
