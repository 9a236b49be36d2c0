// From a top module's generator to a checked design.
#pragma once

#include <functional>
#include <utility>

#include "rtl/hcl/design.hpp"
#include "rtl/hcl/error.hpp"
#include "rtl/hcl/module.hpp"

namespace hcl {

namespace detail {
Design elaborate(const std::function<void(Context&)>& construct);
}

/// Builds M(at, args...) and everything below it, and checks it. Throws ElaborationError with every
/// problem found.
template <class M, class... A>
[[nodiscard]] Design elaborate(const A&... args) {
  return detail::elaborate([&](Context& at) { M module(at, args...); });
}

/// A top from a function that declares its ports and its body:
///
///   const Design design = elaborate(ModuleName("toggle"), [](TopModule& m) {
///     auto enable = m.input<Bool>("enable");
///     ...
///   });
[[nodiscard]] Design elaborate(const ModuleName& name, const TopModule::Body& body);

}  // namespace hcl
