#include "verilator_tb/subprocess.hpp"

#include <gmock/gmock.h>
#include <signal.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "verilator_tb/temporary_folder.hpp"

namespace sd::tb {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const ToolError& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(Subprocess, CollectsBothStreamsAndTheExitStatus) {
  const ProcessResult result = run_process({"sh", "-c", "echo out; echo err >&2; exit 3"});
  EXPECT_EQ(result.exit_status, 3);
  EXPECT_EQ(result.output, "out\nerr\n");
  EXPECT_FALSE(result.truncated);
}

TEST(Subprocess, ArgumentsReachTheProgramAsTheyAre) {
  const ProcessResult result = run_process({"printf", "%s|", "a b", "$HOME", "`id`", "", "*"});
  EXPECT_EQ(result.output, "a b|$HOME|`id`||*|");
}

TEST(Subprocess, EndBySignalIsAStatusAbove128) {
  EXPECT_EQ(run_process({"sh", "-c", "kill -SEGV $$"}).exit_status, 128 + SIGSEGV);
}

TEST(Subprocess, KeepsFirstAndLastPartOfLongOutput) {
  ProcessOptions options;
  options.output_limit = 1000;
  const ProcessResult result = run_process(
      {"sh", "-c",
       "echo first; i=0; while [ $i -lt 5000 ]; do echo line $i; i=$((i+1)); done; echo last"},
      options);
  EXPECT_TRUE(result.truncated);
  EXPECT_LT(result.output.size(), 1200U);
  EXPECT_THAT(result.output, StartsWith("first\n"));
  EXPECT_THAT(result.output, EndsWith("line 4999\nlast\n"));
  EXPECT_THAT(result.output, HasSubstr("bytes left out"));
}

TEST(Subprocess, RunsInTheGivenFolderAndEnvironment) {
  const test::TemporaryFolder folder;
  ProcessOptions options;
  options.working_folder = folder.path();
  options.environment = {{"SD_TEST_WORD", "hello"}};
  EXPECT_EQ(run_process({"sh", "-c", "pwd -P; echo $SD_TEST_WORD $LC_ALL"}, options).output,
            std::filesystem::canonical(folder.path()).string() + "\nhello C\n");
}

TEST(Subprocess, HasNoStandardInput) {
  EXPECT_EQ(run_process({"cat"}).output, "");
}

TEST(Subprocess, AProgramThatIsNotThereIsSaid) {
  EXPECT_THAT(message_of([] { (void)run_process({"sd-no-such-program"}); }),
              HasSubstr("cannot start sd-no-such-program: No such file or directory"));
}

TEST(Subprocess, AMissingToolNamesItsPackage) {
  EXPECT_EQ(message_of([] { (void)require_program("sd-no-such-program", "such-package"); }),
            "sd-no-such-program was not found in PATH: install Debian's package such-package "
            "(apt-get install such-package)");
}

TEST(Subprocess, FindsProgramsInPathOnly) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "sd-test-tool";
  std::ofstream(file) << "#!/bin/sh\n";
  const test::ScopedEnvironment path("PATH", folder.path().string());
  EXPECT_FALSE(find_program("sd-test-tool")) << "not executable yet";
  std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  EXPECT_EQ(find_program("sd-test-tool"), file);
  EXPECT_FALSE(find_program("sh"));
}

/// True while a process with this word among its arguments runs.
bool is_running(const std::string& word) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream in(entry.path() / "cmdline");
    const std::string line((std::istreambuf_iterator<char>(in)), {});
    if (line.find(word) != std::string::npos) return true;
  }
  return false;
}

bool ends_soon(const std::string& word) {
  for (int i = 0; i < 200 && is_running(word); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return !is_running(word);
}

TEST(Subprocess, StopKillsTheWholeGroup) {
  std::stop_source stop;
  std::jthread later([&stop] {
    for (int i = 0; i < 500 && !is_running("987654321.5"); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    stop.request_stop();
  });
  // A grandchild that ignores SIGTERM: only SIGKILL to the group ends it.
  EXPECT_THROW((void)run_process(
                   {"sh", "-c",
                    "(trap '' TERM; sleep 987654321.5 & wait) & trap '' TERM; sleep 987654321.25"},
                   {}, stop.get_token()),
               Cancelled);
  EXPECT_TRUE(ends_soon("987654321.5"));
  EXPECT_TRUE(ends_soon("987654321.25"));
}

TEST(Subprocess, StoppedBeforehandNothingIsStarted) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW((void)run_process({"sd-no-such-program"}, {}, stop.get_token()), Cancelled);
}

TEST(Subprocess, LeftOversOfAFinishedProgramAreKilled) {
  const ProcessResult result = run_process({"sh", "-c", "sleep 987654322.5 & echo done"});
  EXPECT_EQ(result.output, "done\n");
  EXPECT_TRUE(ends_soon("987654322.5"));
}

}  // namespace
}  // namespace sd::tb
