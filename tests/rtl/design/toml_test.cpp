#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "rtl/design/design_point.hpp"

namespace {

using namespace sd::design;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;
namespace fs = std::filesystem;

class Toml : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() / ("sd_design_" + std::to_string(std::random_device{}()) +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path file() const { return folder_ / "a design.toml"; }

  DesignPoint read(const std::string& text) const {
    std::ofstream(file()) << text;
    return read_toml(file());
  }

  /// What follows the file's name in the error.
  std::string error_of(const std::string& text) const {
    try {
      (void)read(text);
    } catch (const DesignError& error) {
      const std::string message = error.what();
      EXPECT_THAT(message, StartsWith(file().string() + ":"));
      return message.substr(file().string().size() + 1);
    }
    return "no error";
  }

  fs::path folder_;
};

TEST_F(Toml, ReadsWhatIsGivenAndKeepsDefaults) {
  const DesignPoint p = read("name = \"window-test\"\n[array]\nslices = 4\nlines = 4\nmacs = 4\n");
  DesignPoint expected;
  expected.name = "window-test";
  expected.slices = expected.lines = expected.macs = 4;
  EXPECT_EQ(p, expected);
  EXPECT_EQ(read(""), DesignPoint{});
}

// Found by fuzzing: toml++ has undefined behaviour there.
TEST_F(Toml, CharactersOutsideOfAsciiBelongIntoStringsAndComments) {
  EXPECT_EQ(error_of("[array] # \xc3\xa9\n\xc3\xa9 = 4\n"),
            "2: not valid TOML: there is a character outside of ASCII where only strings and "
            "comments may have one; put it in quotes or remove it");
}

TEST_F(Toml, WrittenPointsReadBack) {
  std::mt19937_64 random(5);
  const auto pick = [&](int least, int most) {
    return std::uniform_int_distribution(least, most)(random);
  };
  for (int i = 0; i < 200; ++i) {
    DesignPoint p;
    p.name = "point " + std::to_string(i);
    p.slices = pick(1, 16);
    p.lines = pick(1, 16);
    p.macs = 1 << pick(1, 4);
    p.mac_kind = pick(0, 1) == 0 ? MacKind::parallel : MacKind::booth_serial;
    p.rebuild = pick(0, 1) == 0;
    p.skip_weight_rows = pick(0, 1) == 0;
    p.skip_activation_rows = pick(0, 1) == 0;
    p.rank = pick(3, 8);
    p.levels = pick(3, 15);
    p.columns = pick(2, 7);
    p.slice_rows = pick(1, 1000);
    p.block_segments = 1 << pick(0, 3);
    p.max_stride = pick(1, 3);
    p.axi_data_bits = 64 * pick(1, 2);
    p.axi_burst_beats = 1 << pick(0, 8);
    p.clock_mhz = pick(1, 2000);
    p.input_buffer_bytes = 4096 * pick(1, 16);
    p.weight_buffer_bytes = 65536 + pick(0, 100);
    p.index_buffer_entries = pick(16, 65536);
    p.output_buffer_bytes = 1024 * pick(1, 16);
    try {
      validate(p);
    } catch (const DesignError&) {
      continue;
    }
    EXPECT_EQ(read(to_toml(p)), p) << to_toml(p);
  }
}

TEST_F(Toml, ExamplesReadAndTheDefaultIsTheDefault) {
  int examples = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(SD_SOURCE_DIR) / "examples/designs")) {
    if (entry.path().extension() != ".toml") continue;
    ++examples;
    const DesignPoint p = read_toml(entry.path());
    EXPECT_EQ(p.name, entry.path().stem().string());
    EXPECT_NO_THROW(validate(p.dense_baseline()));
  }
  EXPECT_GE(examples, 3);
  EXPECT_EQ(read_toml(fs::path(SD_SOURCE_DIR) / "examples/designs/default.toml"), DesignPoint{});
}

TEST_F(Toml, UnknownKeysAreErrors) {
  EXPECT_EQ(error_of("[array]\nslices = 4\nslice = 4\n"),
            "3: slice: unknown in [array]; allowed are slices, lines, macs, "
            "block_segments, mac_kind, max_stride");
  EXPECT_EQ(error_of("\ntitle = \"x\"\n"),
            "2: title: unknown; allowed are name and the sections array, sd, buffers, interface");
  EXPECT_EQ(error_of("slices = 4\n"), "1: slices: belongs into the section [array]");
  EXPECT_EQ(error_of("array = 4\n"), "1: array: is a whole number; write a section [array]");
  EXPECT_THAT(error_of("[memory]\nx = 1\n"), StartsWith("1: memory: unknown"));
}

TEST_F(Toml, WrongTypesAreErrors) {
  EXPECT_EQ(error_of("[array]\nslices = 4.5\n"),
            "2: slices: is a fraction; allowed are whole numbers from 1 to 128");
  EXPECT_EQ(error_of("[sd]\nrebuild = 1\n"),
            "2: rebuild: is a whole number; allowed are true and false");
  EXPECT_EQ(error_of("name = 3\n"), "1: name: is a whole number; allowed is text in quotes");
  EXPECT_EQ(error_of("[array]\nmac_kind = true\n"),
            "2: mac_kind: is a boolean; allowed are \"parallel\" and \"booth_serial\"");
  EXPECT_EQ(error_of("[array]\nmac_kind = \"serial\"\n"),
            "2: mac_kind: \"serial\" is unknown; allowed are \"parallel\" and \"booth_serial\"");
}

TEST_F(Toml, ValuesOutOfRangeAreErrors) {
  EXPECT_EQ(error_of("[array]\nmacs = 3\n"),
            "2: macs: 3 is out of range; allowed are powers of two from 2 to 64");
  EXPECT_EQ(error_of("[array]\nslices = 4294967300\n"),
            "2: slices: 4294967300 is out of range; allowed are 1 to 128");
  EXPECT_THAT(error_of("# a\n[array]\nslices = 128\n[sd]\ncolumns = 15\n"),
              StartsWith("3: weight_buffer_bytes: 16384 is out"))
      << "the line that the file does set";
  EXPECT_THAT(error_of("name = \"a\\nb\"\n"), StartsWith("1: name: is not a plain name"));
}

TEST_F(Toml, FilesThatAreNoTomlAreErrors) {
  EXPECT_THAT(error_of("[array\nslices = 4\n"), StartsWith("1: not valid TOML: "));
  EXPECT_THAT(error_of("slices = \n"), StartsWith("1: not valid TOML: "));
  EXPECT_THAT(error_of("[array]\nslices = 4\nslices = 5\n"), StartsWith("3: not valid TOML: "));
  EXPECT_THAT(error_of(std::string("\x7f"
                                   "ELF\0\1",
                                   6)),
              HasSubstr("not valid TOML"));
  EXPECT_THAT(error_of(std::string(2'000'000, '#')),
              EndsWith("is larger than 1048576 bytes; this is not a design point"));
}

TEST_F(Toml, FilesThatCannotBeReadAreErrors) {
  const auto message = [](const fs::path& path) -> std::string {
    try {
      (void)read_toml(path);
    } catch (const DesignError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(message(folder_ / "none.toml"),
            (folder_ / "none.toml").string() + ": cannot be read: there is no such file");
  EXPECT_EQ(message(folder_), folder_.string() + ": is a folder; give a design point's TOML file");
}

}  // namespace
