// Activation functions as oneDNN has them: alone, fused into a layer, and their gradients. Knows no graph.
#pragma once
#include <functional>

#include "Core/Primitives.hpp"

namespace nrt {

// Throws std::invalid_argument for a number that is no activation.
dnnl::algorithm activation_algorithm(int activation);

dnnl::eltwise_forward::primitive_desc describe_activation(int activation, float alpha, float beta,
                                                          const memory::desc& layout);

// upstream * f'(x), from x.
memory activation_gradient(int activation, float alpha, float beta, memory x, memory upstream);

// Whether y = f(x) is enough to know the slope at x.
bool is_known_by_output(int activation);

// A function of y and upstream that gives upstream * f'(x), for activations that are known by their output.
std::function<memory(memory, memory)> activation_gradient_by_output(int activation, float alpha, float beta,
                                                                    const memory::desc& layout);

// Fuses the activation, if there is one, into a layer.
void append_activation(dnnl::post_ops& post, int activation, float alpha, float beta);

}  // namespace nrt
