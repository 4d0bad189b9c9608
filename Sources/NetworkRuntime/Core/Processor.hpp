// What the processor can do, and how many of its threads oneDNN uses.
#pragma once
#include <oneapi/dnnl/dnnl.hpp>

namespace nrt {

// Whether oneDNN may use this x86 instruction set; false on other processors.
bool has_instructions(dnnl::cpu_isa wanted);

// How many threads what follows on the calling thread may use: 1 or more.
void use_threads(int count);

}  // namespace nrt
