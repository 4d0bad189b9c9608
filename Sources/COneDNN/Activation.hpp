// Element by element: which oneDNN algorithm an activation is, and its gradient.
#pragma once
#include "Graph.hpp"

namespace oned {

// Throws std::invalid_argument for a number that is no activation.
dnnl::algorithm activation_algorithm(int activation);

// upstream * f'(x), from x.
memory activation_gradient(int activation, float alpha, float beta, memory x, memory upstream);

// upstream * f'(x), from y = f(x): for ReLU and clip, which alone can be fused.
memory activation_gradient_by_output(int activation, float alpha, float beta, memory y, memory upstream);

}  // namespace oned
