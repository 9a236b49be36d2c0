#include "workbench/core/write_file.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include "temporary_folder.hpp"
#include "workbench/core/run_job.hpp"

namespace sd::core {
namespace {

using test::message_of;
using test::TemporaryFolder;
using test::text_of;
using testing::HasSubstr;

std::size_t entries(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

TEST(WriteFile, WritesAndReplacesAndLeavesNothingElse) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "report.json";
  write_file(file, "first");
  EXPECT_EQ(text_of(file), "first");
  write_file(file, "second, longer");
  EXPECT_EQ(text_of(file), "second, longer");
  EXPECT_EQ(entries(folder.path()), 1U);
}

TEST(WriteFile, FollowsALink) {
  const TemporaryFolder folder;
  const auto target = folder.write("target.json", "old");
  std::filesystem::create_symlink(target, folder.path() / "link.json");
  write_file(folder.path() / "link.json", "new");
  EXPECT_EQ(text_of(target), "new");
  EXPECT_TRUE(std::filesystem::is_symlink(folder.path() / "link.json"));
}

TEST(WriteFile, SaysWhyItCannot) {
  const TemporaryFolder folder;
  EXPECT_THAT(message_of<InputError>([&] { write_file(folder.path() / "none" / "r.json", "x"); }),
              testing::AllOf(HasSubstr("none/r.json"), HasSubstr("No such file or directory")));
  EXPECT_THAT(message_of<InputError>([&] { write_file(folder.path(), "x"); }),
              HasSubstr("Is a directory"));
}

TEST(WriteFile, AFullDiskIsAnErrorAndTheDeviceStays) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "/dev/full is not there";
  EXPECT_THAT(message_of<InputError>([] { write_file("/dev/full", "x"); }),
              testing::AllOf(HasSubstr("/dev/full"), HasSubstr("No space left on device"),
                             HasSubstr("free some space")));
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
}

TEST(CheckWritable, RefusesWhatWriteFileWouldRefuse) {
  const TemporaryFolder folder;
  EXPECT_NO_THROW(check_writable(folder.path() / "new.json"));
  EXPECT_NO_THROW(check_writable("relative.json"));
  EXPECT_NO_THROW(check_writable("/dev/null"));
  EXPECT_THAT(message_of<InputError>([&] { check_writable(folder.path() / "none" / "r.json"); }),
              HasSubstr("No such file"));
  EXPECT_THAT(message_of<InputError>([&] { check_writable(folder.path()); }),
              HasSubstr("Is a directory"));
  EXPECT_EQ(entries(folder.path()), 0U);
}

}  // namespace
}  // namespace sd::core
