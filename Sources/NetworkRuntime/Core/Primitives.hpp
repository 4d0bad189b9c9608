// oneDNN's engine, memory layouts and primitive descriptions. Where its versions 2 and 3 differ for all primitives,
// they differ here.
#pragma once
#include <oneapi/dnnl/dnnl.hpp>

#include <string>
#include <unordered_map>

#include "Core/Extents.hpp"

namespace nrt {

using dnnl::memory;
using arguments = std::unordered_map<int, memory>;

inline dnnl::engine& engine() {
  static dnnl::engine shared(dnnl::engine::kind::cpu, 0);
  return shared;
}

inline dnnl::stream& stream() {
  static dnnl::stream shared(engine());
  return shared;
}

// A primitive's description: oneDNN 2 makes it from an operation descriptor, oneDNN 3 from the same arguments directly.
template <class Primitive, class... Arguments>
typename Primitive::primitive_desc describe(Arguments&&... arguments) {
#if DNNL_VERSION_MAJOR >= 3
  return typename Primitive::primitive_desc(engine(), std::forward<Arguments>(arguments)...);
#else
  return typename Primitive::primitive_desc(typename Primitive::desc(std::forward<Arguments>(arguments)...), engine());
#endif
}

// The same with attributes: what is fused into the primitive.
template <class Primitive, class... Arguments>
typename Primitive::primitive_desc describe_with(const dnnl::primitive_attr& attributes, Arguments&&... arguments) {
#if DNNL_VERSION_MAJOR >= 3
  return typename Primitive::primitive_desc(engine(), std::forward<Arguments>(arguments)..., attributes);
#else
  return typename Primitive::primitive_desc(
      typename Primitive::desc(std::forward<Arguments>(arguments)...), attributes, engine());
#endif
}

// The same for a backward primitive, which needs the description of its forward one.
template <class Primitive, class Forward, class... Arguments>
typename Primitive::primitive_desc describe_backward(const Forward& forward, Arguments&&... arguments) {
#if DNNL_VERSION_MAJOR >= 3
  return typename Primitive::primitive_desc(engine(), std::forward<Arguments>(arguments)..., forward);
#else
  return typename Primitive::primitive_desc(
      typename Primitive::desc(std::forward<Arguments>(arguments)...), engine(), forward);
#endif
}

// Which implementation a description got; whether it is oneDNN's plain one, which is slow.
inline std::string implementation(const dnnl::primitive_desc_base& description) { return description.impl_info_str(); }
inline bool is_plain(const dnnl::primitive_desc_base& description) {
  return implementation(description).find("ref") != std::string::npos;
}

// Row-major without gaps.
inline memory::desc dense(const dims& extents, memory::data_type type = memory::data_type::f32) {
  return memory::desc(extents, type, dense_strides(extents));
}

// The layout that the primitive likes best.
inline memory::desc any(const dims& extents, memory::data_type type = memory::data_type::f32) {
  return memory::desc(extents, type, memory::format_tag::any);
}

inline memory::data_type element_type(const memory::desc& layout) {
#if DNNL_VERSION_MAJOR >= 3
  return layout.get_data_type();
#else
  return layout.data_type();
#endif
}

// A layout in words, like "nChw16c f32".
std::string layout_name(const memory::desc& layout);

inline void copy(memory from, memory to) { dnnl::reorder(from, to).execute(stream(), from, to); }

// `from` in the layout `description`; itself where it has that layout already.
inline memory in_layout(memory from, const memory::desc& description) {
  if (from.get_desc() == description) return from;
  memory to(description, engine());
  copy(from, to);
  return to;
}

}  // namespace nrt
