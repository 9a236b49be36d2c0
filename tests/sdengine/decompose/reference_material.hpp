// The shared folder's golden vectors, where a machine has them.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

namespace sd::decompose::testing {

inline std::filesystem::path shared_folder() {
  const char* folder = std::getenv("SD_SHARED");
  return folder != nullptr ? std::filesystem::path(folder)
                           : std::filesystem::path(SD_SOURCE_DIR) / "../shared";
}

/// JSON as Python writes it: its Infinity, which JSON does not know, becomes null.
inline nlohmann::json read_json(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  const std::string infinity = "Infinity";
  for (std::size_t at = text.find(infinity); at != std::string::npos; at = text.find(infinity, at))
    text.replace(at, infinity.size(), "null");
  return nlohmann::json::parse(text);
}

}  // namespace sd::decompose::testing

#define SD_NEEDS_SHARED(file)                                                       \
  if (!std::filesystem::exists(::sd::decompose::testing::shared_folder() / (file))) \
  GTEST_SKIP() << "needs " << ::sd::decompose::testing::shared_folder() / (file)    \
               << " (set SD_SHARED to the folder of shared material)"
