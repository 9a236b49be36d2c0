# The default technology is part of the program.
set(technology_file ${CMAKE_SOURCE_DIR}/${room}/technologies/28nm.toml)
set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${technology_file})
file(READ ${technology_file} technology_text)
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/embedded_technology.cpp @ONLY CONTENT
"#include \"embedded_technology.hpp\"

namespace sd::energy {

std::string_view embedded_technology() { return R\"toml(@technology_text@)toml\"; }

}  // namespace sd::energy
")
target_sources(${target} PRIVATE ${CMAKE_BINARY_DIR}/embedded_technology.cpp)
