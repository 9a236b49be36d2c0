// Hierarchical verilation and signed ports.
#pragma once

#include <string>
#include <vector>

#include "model_source.hpp"

namespace sd::tb {

/// Verilator 5.006 writes `input signed logic` (a syntax error) into the interface of a module that
/// it verilates by itself. So each of `blocks` gets a wrapper with the same ports, none of them
/// signed, and its parents instantiate that: the bits are the same. Replaces the names in `blocks`
/// by those of the wrappers. Throws ToolError if the source has no such module.
[[nodiscard]] ModelSource with_unsigned_ports(ModelSource source, std::vector<std::string>& blocks);

}  // namespace sd::tb
