#include "workbench/core/doctor.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>

#include "temporary_folder.hpp"

namespace sd::core {
namespace {

using testing::HasSubstr;

/// PATH for as long as it lives.
class Path {
 public:
  explicit Path(const std::string& value) : before_(std::getenv("PATH")) {
    ::setenv("PATH", value.c_str(), 1);
  }
  ~Path() { ::setenv("PATH", before_.c_str(), 1); }
  Path(const Path&) = delete;
  Path& operator=(const Path&) = delete;

 private:
  std::string before_;
};

const ToolStatus& tool(const DoctorReport& report, const std::string& name) {
  return *std::find_if(report.tools.begin(), report.tools.end(),
                       [&](const ToolStatus& t) { return t.name == name; });
}

void add_program(const test::TemporaryFolder& folder, const std::string& name,
                 const std::string& script) {
  std::filesystem::permissions(folder.write(name, "#!/bin/sh\n" + script),
                               std::filesystem::perms::owner_all);
}

TEST(Doctor, NamesThePackageOfWhatIsMissing) {
  const test::TemporaryFolder empty;
  const Path path(empty.path().string());
  const DoctorReport report = examine(empty.path());
  EXPECT_FALSE(report.healthy());
  EXPECT_FALSE(tool(report, "verilator").path.has_value());
  EXPECT_THAT(tool(report, "verilator").problem, HasSubstr("install Debian package verilator"));
  EXPECT_THAT(tool(report, "yosys").problem, HasSubstr("install Debian package yosys"));
}

TEST(Doctor, SaysVersionsAndDoesNotInsistOnWhatIsOptional) {
  const test::TemporaryFolder bin;
  for (const char* name : {"verilator", "g++"})
    add_program(bin, name, "echo version 1 of " + std::string(name) + "; echo more\n");
  const Path path(bin.path().string());
  const DoctorReport report = examine(bin.path());
  EXPECT_EQ(tool(report, "verilator").version, "version 1 of verilator");
  EXPECT_FALSE(tool(report, "yosys").needed);
  EXPECT_TRUE(report.healthy());
}

TEST(Doctor, AToolThatFailsIsAProblem) {
  const test::TemporaryFolder bin;
  for (const char* name : {"verilator", "g++"}) add_program(bin, name, "exit 0\n");
  add_program(bin, "verilator", "echo cannot find its files; exit 3\n");
  const Path path(bin.path().string());
  const DoctorReport report = examine(bin.path());
  EXPECT_FALSE(report.healthy());
  EXPECT_THAT(tool(report, "verilator").problem, HasSubstr("ended with status 3"));
}

TEST(Doctor, LooksAtTheCache) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(examine(folder.path() / "not" / "yet" / "there").cache_problem, "");
  const auto file = folder.write("file", "");
  EXPECT_THAT(examine(file / "cache").cache_problem, HasSubstr("is not a folder"));
}

}  // namespace
}  // namespace sd::core
