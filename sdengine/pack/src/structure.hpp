// Whether a network's operators, shapes and windows fit together.
#pragma once

#include <string_view>

#include "sdengine/pack/packed_model.hpp"

namespace sd::pack {

/// Throws PackError: "operator '<name>' (<kind>) <problem>".
[[noreturn]] void fail(const graph::Operator& op, std::string_view problem);

/// Throws PackError naming the first operator whose inputs, shape or window do not fit. Weights are
/// not looked at.
void require_consistent(const graph::Network& network);

}  // namespace sd::pack
