// Ports and fields that only some designs have.
#pragma once

#include <optional>

#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

template <class T, class... A>
std::optional<T> input_if(bool wanted, hcl::Ports& p, const hcl::Name& name, const A&... args) {
  if (!wanted) return std::nullopt;
  return p.input<T>(name, args...);
}

template <class T, class... A>
std::optional<T> output_if(bool wanted, hcl::Ports& p, const hcl::Name& name, const A&... args) {
  if (!wanted) return std::nullopt;
  return p.output<T>(name, args...);
}

template <class T, class... A>
std::optional<T> field_if(bool wanted, hcl::Fields& f, const hcl::Name& name, const A&... args) {
  if (!wanted) return std::nullopt;
  return f.field<T>(name, args...);
}

}  // namespace sd::rtl
