// Files that are part of the program (room.cmake).
#pragma once

#include <string_view>

namespace sd::regression {

[[nodiscard]] std::string_view embedded_exclusions();

}  // namespace sd::regression
