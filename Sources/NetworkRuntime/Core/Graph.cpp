// Making a graph and its values: inputs, constants, reorders, sums of gradients.
#include "Core/Graph.hpp"

#include <cstring>

using namespace nrt;

const Value& nrt_graph::value(int index) const {
  if (index < 0 || index >= static_cast<int>(values.size())) throw std::invalid_argument("no such value");
  return values[index];
}

int nrt_graph::add_value(const dims& extents, const memory::desc& layout) {
  for (auto extent : extents)
    if (extent <= 0) throw std::invalid_argument("a tensor without elements");
  Value made;
  made.extents = extents;
  made.layout = layout;
  if (!is_outline) made.data = memory(layout, engine(), DNNL_MEMORY_NONE);
  values.push_back(made);
  return static_cast<int>(values.size()) - 1;
}

int nrt_graph::add_outline(const dims& extents, std::vector<int> inputs) {
  return add_step(extents, dense(extents), inputs, [](int) {}, [](int) {});
}

std::function<memory()> nrt_graph::in_layout(int index, const memory::desc& layout) {
  if (value(index).layout == layout) return [this, index] { return data(index); };
  int turned = reordered(index, layout);
  pending.push_back(turned);
  return [this, turned] { return data(turned); };
}

int nrt_graph::reordered(int index, const memory::desc& layout) {
  auto known = reorders.equal_range(index);
  for (auto found = known.first; found != known.second; found++)
    if (values[found->second].layout == layout) return found->second;
  const dims extents = value(index).extents;
  int turned;
  if (value(index).is_constant) {
    turned = add_value(extents, layout);
    values[turned].is_constant = true;
    if (!is_outline) values[turned].data = nrt::in_layout(data(index), layout);
  } else {
    std::vector<int> waiting;
    waiting.swap(pending);
    std::shared_ptr<dnnl::reorder> primitive;
    if (!is_outline)
      primitive = std::make_shared<dnnl::reorder>(
          dnnl::reorder::primitive_desc(engine(), value(index).layout, engine(), layout));
    turned = add_step(
        extents, layout, {index},
        [this, index, primitive](int output) { primitive->execute(stream(), data(index), data(output)); }, [](int) {});
    latest().kind = "reorder";
    latest().keeps_inputs = latest().keeps_output = false;
    pending.swap(waiting);
  }
  reorders.emplace(index, turned);
  return turned;
}

memory nrt_graph::gradient(int index, const memory::desc& layout) { return nrt::in_layout(gradients[index], layout); }

void nrt_graph::add_gradient(int index, memory gradient) {
  if (!wants_gradient(index)) return;
  if (!gradients[index]) {
    gradients[index] = gradient;
    return;
  }
  memory sum(gradients[index].get_desc(), engine());
  memory other = nrt::in_layout(gradient, sum.get_desc());
  auto description =
      describe<dnnl::binary>(dnnl::algorithm::binary_add, sum.get_desc(), sum.get_desc(), sum.get_desc());
  dnnl::binary(description)
      .execute(stream(), {{DNNL_ARG_SRC_0, gradients[index]}, {DNNL_ARG_SRC_1, other}, {DNNL_ARG_DST, sum}});
  gradients[index] = sum;
}

extern "C" {

nrt_graph* nrt_graph_create(nrt_weights* weights, nrt_arena* arena, int precision, int threads) {
  try {
    auto graph = std::make_unique<nrt_graph>();
    auto lent = [](auto*) {};
    graph->weights = weights ? std::shared_ptr<nrt_weights>(weights, lent) : std::make_shared<nrt_weights>();
    graph->arena = arena ? std::shared_ptr<nrt_arena>(arena, lent) : std::make_shared<nrt_arena>();
    graph->precision = precision;
    graph->threads = threads > 0 ? threads : 1;
    return graph.release();
  } catch (const std::exception&) {
    return nullptr;
  }
}

nrt_graph* nrt_graph_create_outline(void) {
  nrt_graph* graph = new (std::nothrow) nrt_graph();
  if (graph) graph->is_outline = true;
  return graph;
}

void nrt_graph_destroy(nrt_graph* graph) { delete graph; }
void nrt_differentiate(nrt_graph* graph) { graph->differentiates = true; }
const char* nrt_error(const nrt_graph* graph) { return graph->error.c_str(); }

int nrt_input(nrt_graph* graph, const int64_t* extents, int rank) {
  return graph->guarded([&] {
    dims shape(extents, extents + rank);
    return graph->add_value(shape, dense(shape));
  });
}

int nrt_constant(nrt_graph* graph, const int64_t* extents, int rank, const float* elements) {
  return graph->guarded([&] {
    dims shape(extents, extents + rank);
    int index = graph->add_value(shape, dense(shape));
    Value& value = graph->values[index];
    value.is_constant = true;
    if (graph->is_outline) return index;
    value.data = memory(value.layout, engine());
    std::memcpy(value.data.get_data_handle(), elements, value.layout.get_size());
    return index;
  });
}

int nrt_rank(const nrt_graph* graph, int value) { return static_cast<int>(graph->values[value].extents.size()); }

void nrt_dims(const nrt_graph* graph, int value, int64_t* extents) {
  for (auto extent : graph->values[value].extents) *extents++ = extent;
}

}  // extern "C"
