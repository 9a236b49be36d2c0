// The sources of verilator_tb/harness, part of the program: an installed program needs no source
// tree.
#pragma once

#include <string_view>

namespace sd::tb {

/// Text of a file of verilator_tb/harness. Throws std::out_of_range for a name that is not there.
[[nodiscard]] std::string_view harness_file(std::string_view name);

}  // namespace sd::tb
