# The built-in network is part of the program; the version in reports is the project's.
set(default_model ${CMAKE_SOURCE_DIR}/workbench/core/models/default.onnx)
set_property(SOURCE ${CMAKE_SOURCE_DIR}/workbench/core/src/embedded_model.cpp TARGET_DIRECTORY sd_workbench_core
             APPEND PROPERTY OBJECT_DEPENDS ${default_model})
target_compile_definitions(sd_workbench_core PRIVATE SD_DEFAULT_MODEL="${default_model}" SD_VERSION="${PROJECT_VERSION}")
