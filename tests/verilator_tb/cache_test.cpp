#include "cache.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <set>
#include <string>
#include <thread>

#include "files.hpp"
#include "verilator_tb/temporary_folder.hpp"

namespace sd::tb {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::set<std::string> folders_in(const fs::path& cache) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(cache))
    if (entry.is_directory()) names.insert(entry.path().filename().string());
  return names;
}

TEST(Cache, MakesOnceThenFinds) {
  const test::TemporaryFolder cache;
  int made = 0;
  const auto make = [&made](const fs::path& folder) {
    ++made;
    write_file(folder / "value", "42");
  };
  const CacheEntry first = cached(cache.path() / "deep" / "cache", "key", make, {});
  const CacheEntry second = cached(cache.path() / "deep" / "cache", "key", make, {});
  EXPECT_FALSE(first.found);
  EXPECT_TRUE(second.found);
  EXPECT_EQ(made, 1);
  EXPECT_EQ(read_file(second.folder / "value"), "42");
}

TEST(Cache, AFailureLeavesNothing) {
  const test::TemporaryFolder cache;
  EXPECT_THROW((void)cached(cache.path(), "key",
                            [](const fs::path& folder) {
                              write_file(folder / "half", "x");
                              throw ToolError("no");
                            },
                            {}),
               ToolError);
  EXPECT_TRUE(folders_in(cache.path()).empty());
}

TEST(Cache, AProcessKilledInTheMiddleLeavesNoEntryAndIsSweptUp) {
  const test::TemporaryFolder cache;
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    (void)cached(cache.path(), "killed",
                 [&ready](const fs::path& folder) {
                   write_file(folder / "half", "x");
                   (void)!::write(ready[1], "r", 1);
                   ::pause();
                 },
                 {});
    ::_exit(0);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_THAT(folders_in(cache.path()), ElementsAre("killed.unfinished"));

  // While it lives, its folder is not touched by others.
  (void)cached(cache.path(), "other", [](const fs::path&) {}, {});
  EXPECT_THAT(folders_in(cache.path()), ElementsAre("killed.unfinished", "other"));

  ASSERT_EQ(::kill(child, SIGKILL), 0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  (void)cached(cache.path(), "third", [](const fs::path&) {}, {});
  EXPECT_THAT(folders_in(cache.path()), ElementsAre("other", "third"));
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST(Cache, OfManyAtOnceOneMakes) {
  const test::TemporaryFolder cache;
  std::atomic<int> made = 0, whole = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&] {
        const CacheEntry entry =
            cached(cache.path(), "key",
                   [&made](const fs::path& folder) {
                     ++made;
                     std::this_thread::sleep_for(std::chrono::milliseconds(50));
                     write_file(folder / "value", "42");
                   },
                   {});
        if (read_file(entry.folder / "value") == "42") ++whole;
      });
  }
  EXPECT_EQ(made, 1);
  EXPECT_EQ(whole, 8);
}

TEST(Cache, WaitingForAnotherCanBeCancelled) {
  const test::TemporaryFolder cache;
  std::stop_source stop;
  std::atomic<bool> holds = false, release = false;
  std::jthread holder([&] {
    (void)cached(cache.path(), "key",
                 [&](const fs::path&) {
                   holds = true;
                   while (!release) std::this_thread::sleep_for(std::chrono::milliseconds(1));
                 },
                 {});
  });
  while (!holds) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  stop.request_stop();
  EXPECT_THROW((void)cached(
                   cache.path(), "key", [](const fs::path&) {}, stop.get_token()),
               Cancelled);
  release = true;
}

TEST(Cache, AFolderThatCannotBeMadeIsOneSentence) {
  const test::TemporaryFolder folder;
  write_file(folder.path() / "file", "");
  try {
    (void)cached(folder.path() / "file" / "cache", "key", [](const fs::path&) {}, {});
    FAIL();
  } catch (const ToolError& error) {
    EXPECT_THAT(error.what(),
                HasSubstr("cannot create the folder " +
                          (folder.path() / "file" / "cache").string() + ": Not a directory"));
  }
}

TEST(Files, AFullDiskIsOneSentence) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  try {
    write_file("/dev/full", "text");
    FAIL();
  } catch (const ToolError& error) {
    EXPECT_STREQ(error.what(),
                 "cannot write /dev/full: No space left on device; free some space and run again");
  }
}

}  // namespace
}  // namespace sd::tb
