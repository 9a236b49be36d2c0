#pragma once

#include <string_view>

namespace hcl::graph {

/// A reserved word of SystemVerilog (IEEE 1800-2017, annex B).
[[nodiscard]] bool is_keyword(std::string_view word);

}  // namespace hcl::graph
