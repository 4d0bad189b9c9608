// Makes a step of functions on dense elements: finds its inputs in that layout, and adds up their gradients.
#include "Dense/DenseStep.hpp"

#include <algorithm>

namespace nrt {

namespace {

float* elements(const memory& data) { return static_cast<float*>(data.get_data_handle()); }

}  // namespace

int add_dense_step(nrt_graph* graph, const dims& extents, const std::vector<int>& inputs, DenseMath math) {
  std::vector<std::function<memory()>> readers;
  for (int input : inputs) readers.push_back(graph->in_layout(input, dense(graph->value(input).extents)));
  auto pointers = [readers] {
    sources read;
    for (auto& reader : readers) read.push_back(elements(reader()));
    return read;
  };
  return graph->add_step(
      extents, dense(extents), inputs,
      [=](int output) { math.forward(pointers(), elements(graph->data(output))); },
      [=](int output) {
        memory upstream = graph->gradient(output, dense(extents));
        std::vector<memory> gradients;
        targets written;
        for (int input : inputs) {
          gradients.emplace_back();
          written.push_back(nullptr);
          if (!graph->wants_gradient(input)) continue;
          const dims shape = graph->value(input).extents;
          gradients.back() = memory(dense(shape), engine());
          written.back() = elements(gradients.back());
          std::fill(written.back(), written.back() + element_count(shape), 0.0f);
        }
        math.backward(pointers(), elements(graph->data(output)), elements(upstream), written);
        for (size_t position = 0; position < inputs.size(); position++)
          if (written[position]) graph->add_gradient(inputs[position], gradients[position]);
      });
}

}  // namespace nrt
