# Programs for those who work on the product; none is installed.
if(TARGET sd_sdengine_train)
  add_executable(train_default_network ${CMAKE_SOURCE_DIR}/tools/train_default_network.cpp)
  target_link_libraries(train_default_network PRIVATE sd_sdengine_train sd_warnings)
endif()
if(TARGET sd_mutation)
  add_executable(mutation_check ${CMAKE_SOURCE_DIR}/tools/mutation_check.cpp)
  target_link_libraries(mutation_check PRIVATE sd_mutation CLI11::CLI11 sd_warnings)
endif()
