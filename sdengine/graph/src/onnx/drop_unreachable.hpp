#pragma once

#include "sdengine/graph/network.hpp"

namespace sd::graph {

/// Removes operators that the output does not read (only their shapes were asked for); the input
/// stays.
void drop_unreachable(Network& network);

}  // namespace sd::graph
