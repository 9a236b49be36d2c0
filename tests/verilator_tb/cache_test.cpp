#include "cache.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <set>
#include <string>
#include <thread>

#include "cache_limit.hpp"
#include "files.hpp"
#include "parallel.hpp"
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

/// An entry of `bytes`, last used `age` ago.
void add_entry(const fs::path& cache, const std::string& key, std::size_t bytes,
               std::chrono::seconds age) {
  (void)cached(
      cache, key,
      [&](const fs::path& folder) { write_file(folder / "value", std::string(bytes, 'x')); }, {});
  fs::last_write_time(cache / key, fs::file_time_type::clock::now() - age);
}

constexpr std::chrono::hours hour{1};

TEST(CacheLimit, WhatWasNotUsedForTheLongestTimeGoesFirst) {
  const test::TemporaryFolder cache;
  add_entry(cache.path(), "oldest", 1000, 5 * hour);
  add_entry(cache.path(), "middle", 1000, 3 * hour);
  add_entry(cache.path(), "young", 1000, 2 * hour);
  fs::create_directory(cache.path() / "blocks");  // another cache's folder, not an entry
  write_file(cache.path() / "blocks" / "value", std::string(9000, 'x'));
  EXPECT_THAT(evict(cache.path(), {3000, hour}), ElementsAre());
  // Found again: used now.
  (void)cached(cache.path(), "oldest", [](const fs::path&) {}, {});
  EXPECT_THAT(evict(cache.path(), {1500, hour}), ElementsAre("middle", "young"));
  EXPECT_THAT(folders_in(cache.path()), ElementsAre("blocks", "oldest"));
}

TEST(CacheLimit, WhatIsInUseStays) {
  const test::TemporaryFolder cache;
  add_entry(cache.path(), "recent", 1000, std::chrono::seconds(10));
  add_entry(cache.path(), "locked", 1000, 5 * hour);
  const int lock = ::open((cache.path() / "locked.lock").c_str(), O_RDWR);
  ASSERT_EQ(::flock(lock, LOCK_EX), 0);
  EXPECT_THAT(evict(cache.path(), {1, hour}), ElementsAre());
  ::close(lock);
  EXPECT_THAT(evict(cache.path(), {1, hour}), ElementsAre("locked"));
  EXPECT_THAT(evict(cache.path(), {0, std::chrono::seconds(0)}), ElementsAre()) << "0: no limit";
}

TEST(CacheLimit, ABuildKeepsTheCacheWithinItsLimit) {
  const test::TemporaryFolder cache;
  const test::ScopedEnvironment limit("SMARTDEAL_CACHE_LIMIT", "2K");
  for (int i = 0; i < 5; ++i)
    add_entry(cache.path(), "entry" + std::to_string(i), 1000, (10 - i) * hour);
  EXPECT_THAT(folders_in(cache.path()), ElementsAre("entry3", "entry4"));
}

TEST(CacheLimit, IsReadFromTheEnvironment) {
  const auto bytes = [](const std::string& text) {
    const test::ScopedEnvironment limit("SMARTDEAL_CACHE_LIMIT", text);
    return cache_limit().bytes;
  };
  EXPECT_EQ(bytes(""), std::uint64_t{4} << 30);
  EXPECT_EQ(bytes("123"), 123U);
  EXPECT_EQ(bytes("1.5G"), std::uint64_t{3} << 29);
  EXPECT_EQ(bytes("0"), 0U);
  for (const char* wrong : {"much", "-1", "4Q", "4 GB"}) {
    try {
      (void)bytes(wrong);
      ADD_FAILURE() << wrong;
    } catch (const ToolError& error) {
      EXPECT_THAT(error.what(), HasSubstr("give bytes, or a number with K, M, G or T"));
    }
  }
}

TEST(Parallel, NeverMoreToolsThanSlotsAndTheFirstFailureStopsTheRest) {
  const test::ScopedEnvironment jobs("SMARTDEAL_JOBS", "2");
  std::atomic<int> now = 0, most = 0;
  in_parallel(20, 8, {}, [&](std::size_t, const std::stop_token& stop) {
    const ToolSlot slot(stop);
    const int running = ++now;
    for (int seen = most; running > seen && !most.compare_exchange_weak(seen, running);) {
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    --now;
  });
  EXPECT_LE(most, 2);
  EXPECT_GE(most, 1);
  std::atomic<int> started = 0;
  EXPECT_THROW(in_parallel(1000, 2, {},
                           [&](std::size_t i, const std::stop_token& stop) {
                             ++started;
                             if (i == 3) throw ToolError("the fourth");
                             while (i > 3 && !stop.stop_requested())
                               std::this_thread::sleep_for(std::chrono::milliseconds(1));
                           }),
               ToolError);
  EXPECT_LT(started, 1000);
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
