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

}  // namespace hcl
