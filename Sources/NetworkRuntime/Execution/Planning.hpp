// From a graph's steps to the plan of one computation.
#pragma once
#include "Core/Graph.hpp"

namespace nrt {

// The plan to compute value `last`, and its gradient with respect to value `wanted` (-1: none). The graph stays as it
// is.
Plan make_plan(const nrt_graph& graph, int last, int wanted);

}  // namespace nrt
