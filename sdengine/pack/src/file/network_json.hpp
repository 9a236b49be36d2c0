// The graph of a packed model as JSON text (docs/format.md, "network").
#pragma once

#include <string>

#include "sdengine/pack/sd_file.hpp"

namespace sd::pack {

/// Every field of a network without weights, but for `postprocessing` (bytes, which have a tensor).
/// Fields that have their default are left out. Throws FileError if a text is not UTF-8 or a number
/// not finite.
[[nodiscard]] std::string network_to_json(const graph::Network& network);

/// Throws FileError naming the field. Types and enumerations are right afterwards; whether
/// operators fit together is require_consistent()'s part.
[[nodiscard]] graph::Network network_from_json(const std::string& text);

}  // namespace sd::pack
