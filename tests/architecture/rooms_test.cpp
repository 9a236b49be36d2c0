// Holds the arrows between the rooms: every #include of every room against cmake/rooms.txt.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Room {
  int floor = 0;
  std::set<std::string> may_use, third_parties;
};

std::set<std::string> words(const std::string& text) {
  std::istringstream in(text);
  std::set<std::string> result;
  for (std::string word; in >> word;) result.insert(word);
  return result;
}

std::map<std::string, Room> read_rooms() {
  std::ifstream in(fs::path(SD_SOURCE_DIR) / "cmake/rooms.txt");
  std::map<std::string, Room> rooms;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream cells(line);
    std::string name, floor, uses, thirds;
    std::getline(cells, name, '|');
    std::getline(cells, floor, '|');
    std::getline(cells, uses, '|');
    std::getline(cells, thirds, '|');
    rooms[*words(name).begin()] = Room{std::stoi(floor), words(uses), words(thirds)};
  }
  return rooms;
}

/// The third party whose header this is, by the include path; empty for the standard library and the system.
std::string third_party_of(const std::string& header) {
  static const std::vector<std::pair<std::regex, std::string>> rules = {
      {std::regex("^fmt/.*"), "fmt"},         {std::regex("^toml\\+\\+/.*|^toml.hpp"), "toml++"},
      {std::regex("^onnx/.*"), "onnx"},       {std::regex("^google/.*"), "google"},
      {std::regex("^Eigen/.*"), "Eigen"},     {std::regex("^tbb/.*|^oneapi/.*"), "tbb"},
      {std::regex("^stb.*"), "stb"},          {std::regex("^nlohmann/.*"), "nlohmann"},
      {std::regex("^torch/.*|^ATen/.*|^c10/.*"), "torch"}, {std::regex("^CLI/.*"), "CLI"},
      {std::regex("^Q[A-Z].*|^Qt.*"), "Qt"},  {std::regex("^openssl/.*"), "openssl"},
  };
  for (const auto& [pattern, name] : rules)
    if (std::regex_match(header, pattern)) return name;
  return {};
}

/// The room whose public header this is: the longest room name that is a prefix of the include path.
std::optional<std::string> room_of(const std::string& header, const std::map<std::string, Room>& rooms) {
  std::optional<std::string> best;
  for (const auto& [name, room] : rooms)
    if (header.rfind(name + "/", 0) == 0 && (!best || name.size() > best->size())) best = name;
  return best;
}

/// What is wrong with one include of a room, or nothing.
std::optional<std::string> objection(const std::string& room_name, const std::string& header, bool quoted,
                                     const std::map<std::string, Room>& rooms) {
  const Room& room = rooms.at(room_name);
  if (const auto used = room_of(header, rooms); used && *used != room_name) {
    // The programs see core and, through core's public headers, what core offers.
    if (room.floor == 7 && rooms.at("workbench/core").may_use.contains(*used)) return std::nullopt;
    if (!room.may_use.contains(*used)) return fmt::format("{} may not include {} ({})", room_name, *used, header);
    if (rooms.at(*used).floor > room.floor) return fmt::format("{} includes upward: {}", room_name, header);
  }
  if (const std::string third = third_party_of(header); !quoted || !third.empty()) {
    if (!third.empty() && !room.third_parties.contains(third))
      return fmt::format("{} may not include {} ({})", room_name, third, header);
  }
  return std::nullopt;
}

TEST(Rooms, EveryIncludeFollowsTheTable) {
  const auto rooms = read_rooms();
  ASSERT_GE(rooms.size(), 15U);
  const std::regex include(R"re(^\s*#\s*include\s*([<"])([^>"]+)[>"])re");
  std::vector<std::string> objections;
  int includes = 0;
  for (const auto& [name, room] : rooms) {
    const fs::path folder = fs::path(SD_SOURCE_DIR) / name;
    ASSERT_TRUE(fs::is_directory(folder)) << name;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      const auto extension = entry.path().extension();
      if (extension != ".cpp" && extension != ".hpp" && extension != ".h") continue;
      std::ifstream in(entry.path());
      int number = 0;
      for (std::string line; std::getline(in, line);) {
        ++number;
        std::smatch match;
        if (!std::regex_search(line, match, include)) continue;
        ++includes;
        if (const auto wrong = objection(name, match[2], match[1] == "\"", rooms))
          objections.push_back(fmt::format("{}:{}: {}", entry.path().string(), number, *wrong));
      }
    }
  }
  EXPECT_GT(includes, 100);
  EXPECT_THAT(objections, testing::IsEmpty());
}

TEST(Rooms, TheTableHasNoArrowUpwardAndNoCycle) {
  const auto rooms = read_rooms();
  for (const auto& [name, room] : rooms)
    for (const auto& used : room.may_use) {
      ASSERT_TRUE(rooms.contains(used)) << name << " uses unknown room " << used;
      EXPECT_LT(rooms.at(used).floor, room.floor) << name << " -> " << used;
    }
}

TEST(Rooms, OnlyTrainingSeesTorchAndOnlyTheDesktopSeesQt) {
  for (const auto& [name, room] : read_rooms()) {
    EXPECT_EQ(room.third_parties.contains("torch"), name == "sdengine/train") << name;
    if (room.third_parties.contains("Qt")) {
      EXPECT_EQ(name, "workbench/app");
    }
  }
}

TEST(Rooms, AForbiddenIncludeIsFound) {
  const auto rooms = read_rooms();
  EXPECT_THAT(objection("rtl/hcl", "sdengine/graph/network.hpp", true, rooms), testing::Optional(testing::HasSubstr("may not include")));
  EXPECT_THAT(objection("sdengine/graph", "torch/torch.h", false, rooms), testing::Optional(testing::HasSubstr("torch")));
  EXPECT_THAT(objection("energy_model", "QWidget", false, rooms), testing::Optional(testing::HasSubstr("Qt")));
  EXPECT_EQ(objection("rtl/accelerator", "rtl/hcl/hcl.hpp", true, rooms), std::nullopt);
  EXPECT_EQ(objection("workbench/app", "workbench/core/run_job.hpp", true, rooms), std::nullopt);
}

}  // namespace
