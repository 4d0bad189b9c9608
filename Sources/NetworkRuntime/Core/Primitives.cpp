// The name of a layout, for listings.
#include "Core/Primitives.hpp"

namespace nrt {

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

}  // namespace nrt
