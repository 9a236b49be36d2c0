// Images that a user gives, held against the network that is to see them.
#pragma once

#include <string>
#include <vector>

#include "sdengine/data/dataset.hpp"
#include "sdengine/graph/network.hpp"

namespace sd::core {

/// Throws InputError if the data has more classes than the network has outputs; a note where it has
/// fewer, and nothing but their order says which is which.
void check_classes(const graph::Network& network, const data::Dataset& images,
                   std::vector<std::string>& notes);

}  // namespace sd::core
