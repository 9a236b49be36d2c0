// The built-in network, as the program carries it.
#pragma once

#include <cstdint>
#include <span>

#include "sdengine/graph/network.hpp"

namespace sd::core {

/// The bytes of workbench/core/models/default.onnx.
[[nodiscard]] std::span<const std::uint8_t> embedded_model();

/// The network that they hold.
[[nodiscard]] graph::Network import_embedded_model();

}  // namespace sd::core
