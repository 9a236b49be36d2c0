# The desktop: a library (so that tests can drive the window) and the program smartdeal-workbench.
if(TARGET sd_workbench_core)
  file(GLOB_RECURSE app_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/workbench/app/src/*.cpp
                                                  ${CMAKE_SOURCE_DIR}/workbench/app/src/*.hpp)
  list(FILTER app_sources EXCLUDE REGEX "/main\\.cpp$")
  add_library(sd_workbench_app STATIC ${app_sources})
  set_target_properties(sd_workbench_app PROPERTIES AUTOMOC ON)
  target_include_directories(sd_workbench_app PUBLIC ${CMAKE_SOURCE_DIR}/workbench/app/src)
  target_link_libraries(sd_workbench_app PUBLIC sd_workbench_core Qt6::Widgets Qt6::Charts PRIVATE sd_warnings)
  target_compile_definitions(sd_workbench_app PUBLIC QT_NO_KEYWORDS)

  add_executable(smartdeal-workbench ${CMAKE_SOURCE_DIR}/workbench/app/src/main.cpp)
  target_link_libraries(smartdeal-workbench PRIVATE sd_workbench_app sd_warnings)
  target_compile_definitions(smartdeal-workbench PRIVATE SD_VERSION="${PROJECT_VERSION}")
endif()
