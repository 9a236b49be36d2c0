# Benchmarks: built only when asked for by name (cmake --build BUILD --target paper_bench).
if(TARGET sd_sdengine_decompose)
  add_executable(paper_bench EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/bench/paper_bench.cpp)
  target_link_libraries(paper_bench PRIVATE sd_sdengine_decompose sd_warnings)
endif()
if(TARGET sd_sdengine_integer)
  add_executable(integer_bench EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/bench/integer_bench.cpp)
  target_link_libraries(integer_bench PRIVATE sd_sdengine_integer sd_warnings)
endif()
