// The emitter's text, byte for byte: a change of it has to be looked at. HCL_GOLDEN=write writes
// the files anew (then read `git diff tests/rtl/hcl/golden`). What is kept is clean for both tools,
// and means to Yosys what it means to Verilator.
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "rtl/hcl/golden_designs.hpp"
#include "support/netlist_compare.hpp"

namespace hcl::test {
namespace {

namespace fs = std::filesystem;
using Files = std::map<std::string, std::string>;

bool writes_golden_files() {
  const char* wanted = std::getenv("HCL_GOLDEN");
  return wanted != nullptr && std::string(wanted) == "write";
}

fs::path folder_of(const std::string& name) {
  return fs::path(SD_SOURCE_DIR) / "tests/rtl/hcl/golden" / name;
}

Files kept(const std::string& name) {
  Files files;
  if (!fs::exists(folder_of(name))) return files;
  for (const auto& entry : fs::directory_iterator(folder_of(name))) {
    std::ifstream in(entry.path(), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    files[entry.path().filename().string()] = text.str();
  }
  return files;
}

void keep(const std::string& name, const Files& files) {
  fs::remove_all(folder_of(name));
  fs::create_directories(folder_of(name));
  for (const auto& [file, text] : files) std::ofstream(folder_of(name) / file) << text;
}

void expect_golden(const std::string& name, const Files& files) {
  if (writes_golden_files()) {
    keep(name, files);
    return;
  }
  const Files expected = kept(name);
  for (const auto& [file, text] : files) {
    const auto found = expected.find(file);
    if (found == expected.end())
      ADD_FAILURE() << name << "/" << file << " is new: HCL_GOLDEN=write keeps it";
    else
      EXPECT_EQ(text, found->second) << name << "/" << file;
  }
  for (const auto& [file, text] : expected)
    EXPECT_TRUE(files.contains(file)) << name << "/" << file << " is no longer written";
}

class Golden : public ::testing::TestWithParam<GoldenDesign> {};

TEST_P(Golden, TextIsTheOneThatIsKept) {
  Files files;
  for (const EmittedFile& file : emit(GetParam().build(), GetParam().options))
    files[file.name] = file.text;
  expect_golden(GetParam().name, files);
}

TEST_P(Golden, IsCleanAndEqualsItsNetlist) {
  const Design design = GetParam().build();
  EXPECT_EQ(sd::test::lint(design), "");
  sd::test::NetlistCompareOptions options;
  options.cycles = 2000;
  const auto result = sd::test::compare_with_netlist(design, options);
  EXPECT_GT(result.outputs, 0);
  for (const auto& d : result.differences)
    ADD_FAILURE() << d.module << "." << d.port << " differs in cycle " << d.cycle;
  EXPECT_THAT(result.idle_outputs, ::testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Designs, Golden, ::testing::ValuesIn(golden_designs()),
                         [](const auto& made) { return made.param.name; });

TEST(GoldenFiles, OfTheRegisterMapAndTheManifest) {
  const Design design = elaborate<RegisterFile>(timer_registers());
  expect_golden("side_files", {{"timer_registers.h", timer_registers().c_header()},
                               {"timer_registers.md", timer_registers().markdown()},
                               {"manifest.json", manifest(design, emit(design))}});
}

}  // namespace
}  // namespace hcl::test
