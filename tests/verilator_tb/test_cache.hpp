// Where the tests of this room keep compiled models between runs.
#pragma once

#include <filesystem>

namespace sd::tb::test {

inline std::filesystem::path test_cache() {
  return std::filesystem::path(SD_BINARY_DIR) / "test-cache";
}

}  // namespace sd::tb::test
