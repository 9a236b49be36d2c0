// technologies/28nm.toml, put into the program by room.cmake.
#pragma once

#include <string_view>

namespace sd::energy {

[[nodiscard]] std::string_view embedded_technology();

}  // namespace sd::energy
