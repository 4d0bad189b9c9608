// Element by element: which oneDNN algorithm an activation is, and its gradient.
#pragma once
#include "Graph.hpp"

namespace oned {

// Throws std::invalid_argument for a number that is no activation.
dnnl::algorithm activation_algorithm(int activation);

// upstream * f'(x), from x.
memory activation_gradient(int activation, float alpha, float beta, memory x, memory upstream);

// Whether the slope can be told from y = f(x).
bool is_known_by_output(int activation);

// A function of y and upstream that gives upstream * f'(x), for activations that are known by their output.
std::function<memory(memory, memory)> activation_gradient_by_output(int activation, float alpha, float beta,
                                                                    const memory::desc& layout);

// Makes the activation, if it is one, part of a layer.
void append_activation(dnnl::post_ops& post, int activation, float alpha, float beta);

}  // namespace oned
