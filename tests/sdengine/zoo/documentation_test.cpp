#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "sdengine/zoo/network_size.hpp"
#include "sdengine/zoo/zoo.hpp"

namespace sd::zoo {
namespace {

std::string with_commas(std::int64_t number) {
  std::string digits = std::to_string(number);
  for (auto at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return digits;
}

TEST(ZooDocumentation, TheTableOfNetworksHasEveryRow) {
  std::ifstream in(SD_SOURCE_DIR "/docs/networks.md");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  ASSERT_FALSE(text.empty());
  for (const Entry& entry : catalogue()) {
    const NetworkSize size = size_of(build(entry.name, 1, {.weights = false}));
    const std::int64_t tenths = (size.macs + 50'000) / 100'000;  // of a million
    const std::string row =
        fmt::format("| `{}` | {} x {} x {} | {} | {}.{} M | {} |\n", entry.name, entry.channels,
                    entry.input_size, entry.input_size, with_commas(size.weights),
                    with_commas(tenths / 10), tenths % 10, entry.description);
    EXPECT_NE(text.find(row), std::string::npos) << row;
    if (!entry.left_out.empty()) {
      EXPECT_NE(text.find("* `" + entry.name + "`"), std::string::npos) << entry.name;
    }
  }
}

}  // namespace
}  // namespace sd::zoo
