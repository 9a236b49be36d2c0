#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "energy_model/energy.hpp"
#include "energy_model/unit_energies.hpp"

namespace {

using namespace sd::energy;
using testing::HasSubstr;
using testing::StartsWith;
namespace fs = std::filesystem;

class TechnologyFile : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() / ("sd_technology_" + std::to_string(std::random_device{}()) +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
    std::ostringstream text;
    text << std::ifstream(committed("28nm.toml")).rdbuf();
    right_ = text.str();
  }
  void TearDown() override { fs::remove_all(folder_); }

  static fs::path committed(const std::string& name) {
    return fs::path(SD_SOURCE_DIR) / "energy_model/technologies" / name;
  }

  /// What follows the file's name in the error for the committed file with one text replaced.
  std::string error_with(const std::string& from, const std::string& to) const {
    std::string text = right_;
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    return error_of(text);
  }

  std::string error_of(const std::string& text) const {
    const fs::path file = folder_ / "technology.toml";
    std::ofstream(file) << text;
    try {
      (void)read_technology(file);
    } catch (const TechnologyError& error) {
      EXPECT_THAT(error.what(), StartsWith(file.string() + ":"));
      return std::string(error.what()).substr(file.string().size() + 1);
    }
    return "no error";
  }

  /// Line of the first occurrence, counted from 1.
  std::string line_of(const std::string& text) const {
    return std::to_string(
        1 + std::count(right_.begin(),
                       right_.begin() + static_cast<std::ptrdiff_t>(right_.find(text)), '\n'));
  }

  fs::path folder_;
  std::string right_;
};

TEST_F(TechnologyFile, TheEmbeddedOneIsTheCommittedOne) {
  const Technology file = read_technology(committed("28nm.toml"));
  const Technology& embedded = default_technology();
  EXPECT_EQ(embedded.name, "28nm");
  EXPECT_EQ(embedded.node_nm, 28);
  for (auto number :
       {&Technology::dram_pj_per_bit, &Technology::add8_pj, &Technology::add32_pj,
        &Technology::multiply8_pj, &Technology::shift8_pj, &Technology::register_pj_per_bit,
        &Technology::sram_base_pj_per_bit, &Technology::sram_slope_pj_per_bit}) {
    EXPECT_EQ((file.*number).value, (embedded.*number).value);
    EXPECT_EQ((file.*number).source, (embedded.*number).source);
    EXPECT_GT((embedded.*number).source.size(), 20U);
  }
}

TEST_F(TechnologyFile, NumbersMeetTheirSources) {
  const Technology& t = default_technology();
  EXPECT_NEAR(t.dram_pj_per_bit.value * 8, 100, 1e-9);
  EXPECT_NEAR(t.multiply8_pj.value + t.add8_pj.value, 0.143, 1e-9);
  EXPECT_NEAR(8 * sram_pj_per_bit(2 * 1024, t), 1.36, 0.005);
  EXPECT_NEAR(8 * sram_pj_per_bit(16 * 1024, t), 2.45, 0.005);
  EXPECT_NEAR(t.add32_pj.value / t.add8_pj.value, 0.1 / 0.03, 0.005);
  const Technology old = read_technology(committed("45nm.toml"));
  EXPECT_NEAR(64 * sram_pj_per_bit(8 * 1024, old), 10, 0.05);
  EXPECT_NEAR(64 * sram_pj_per_bit(32 * 1024, old), 20, 0.05);
  EXPECT_NEAR(64 * old.dram_pj_per_bit.value, 1300, 1);
}

TEST_F(TechnologyFile, EveryNumberNeedsAValueAndASource) {
  EXPECT_EQ(error_with("[add8_pj]\nvalue = 0.019\n", "[add8_pj]\n"),
            line_of("[add8_pj]") + ": add8_pj.value: is missing");
  const auto line = std::to_string(std::stoi(line_of("[add8_pj]")) + 1);
  EXPECT_EQ(error_with("[add8_pj]\nvalue = 0.019\n", "[add8_pj]\nvalue = \"0.019\"\n"),
            line + ": add8_pj.value: must be a number of picojoules from 0 to 1000000");
  EXPECT_EQ(error_with("[add8_pj]\nvalue = 0.019\n", "[add8_pj]\nvalue = -1\n"),
            line + ": add8_pj.value: must be a number of picojoules from 0 to 1000000");
  EXPECT_THAT(error_with("[add8_pj]\nvalue = 0.019\n", "[add8_pj]\nvalue = nan\n"),
              StartsWith(line + ": add8_pj.value: must be"));
  EXPECT_THAT(error_with("[add8_pj]\nvalue = 0.019\n", "[add8_pj]\nvalue = inf\n"),
              StartsWith(line + ": add8_pj.value: must be"));
  EXPECT_EQ(error_with("source = \"estimated: add8_pj / 8;", "sauce = \"estimated: add8_pj / 8;"),
            std::to_string(std::stoi(line_of("[register_pj_per_bit]")) + 2) +
                ": register_pj_per_bit.sauce: unknown; allowed are value and source");
  EXPECT_THAT(error_of("name = \"x\"\nnode_nm = 28\n[dram_pj_per_bit]\nvalue = 1\n"),
              HasSubstr("3: dram_pj_per_bit.source: is missing"));
  EXPECT_THAT(
      error_of("name = \"x\"\nnode_nm = 28\n[dram_pj_per_bit]\nvalue = 1\nsource = \" \"\n"),
      HasSubstr("5: dram_pj_per_bit.source: must be text in quotes, and not empty"));
  EXPECT_THAT(error_of("name = \"x\"\nnode_nm = 28\n"),
              HasSubstr("1: dram_pj_per_bit: is missing"));
}

TEST_F(TechnologyFile, OtherMistakes) {
  EXPECT_EQ(error_with("node_nm = 28", "node_nm = 0"),
            line_of("node_nm") + ": node_nm: must be a whole number from 1 to 1000");
  EXPECT_EQ(error_with("name = \"28nm\"", "name = 28"),
            line_of("name = ") + ": name: must be text in quotes, and not empty");
  EXPECT_EQ(error_with("name = \"28nm\"", "name = \"28nm\"\nleakage = 3"),
            line_of("node_nm") +
                ": leakage: unknown; allowed are name, node_nm and the sections dram_pj_per_bit, "
                "add8_pj, add32_pj, multiply8_pj, "
                "shift8_pj, register_pj_per_bit, sram_base_pj_per_bit, sram_slope_pj_per_bit");
  EXPECT_EQ(error_of("name = \"x\"\nnode_nm = 28\ndram_pj_per_bit = 12.5\n"),
            "3: dram_pj_per_bit: must be a section with value and source");
  EXPECT_THAT(error_of("name = \n"), StartsWith("1: not valid TOML: "));
  EXPECT_THAT(error_of("# \xc3\xa9\n\xc3\xa9 = 1\n"),
              StartsWith("2: not valid TOML: there is a character outside of ASCII where"));
  EXPECT_THAT(error_of(std::string(2'000'000, '#')),
              HasSubstr("is larger than 1048576 bytes; this is not a technology"));
}

TEST_F(TechnologyFile, FilesThatCannotBeRead) {
  const auto message = [](const fs::path& path) -> std::string {
    try {
      (void)read_technology(path);
    } catch (const TechnologyError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(message(folder_ / "none.toml"),
            (folder_ / "none.toml").string() + ": cannot be read: there is no such file");
  EXPECT_EQ(message(folder_), folder_.string() + ": is a folder; give a technology's TOML file");
}

}  // namespace
