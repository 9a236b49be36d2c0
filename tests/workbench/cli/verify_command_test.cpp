// `smartdeal verify` as a shell sees it.
#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "shell.hpp"

namespace sd {
namespace {

namespace fs = std::filesystem;
using test::IsOneSentenceAndStatus2;
using test::Result;
using test::Shell;
using test::text_of;
using testing::AllOf;
using testing::HasSubstr;

TEST(Verify, HelpNamesEveryOption) {
  const Result help = Shell().run("smartdeal verify --help");
  EXPECT_EQ(help.status, 0);
  for (const char* option :
       {"--suite", "--seed", "--jobs", "--store", "--fresh", "--pair", "--soak", "--trace",
        "--junit", "--json", "--exclusions", "--require-coverage", "--list", "Exit status"})
    EXPECT_THAT(help.out, HasSubstr(option));
}

TEST(Verify, ListsWithoutRunning) {
  const Shell shell;
  const Result list = shell.run("smartdeal verify --suite full --seed 7 --list");
  EXPECT_EQ(list.status, 0);
  EXPECT_EQ(list.err, "");
  EXPECT_THAT(list.out, AllOf(HasSubstr("tiny_booth"), HasSubstr("suite full, seed 7\n")));
  EXPECT_EQ(shell.run("smartdeal verify --suite full --seed 7 --list").out, list.out);
  const Result json = shell.run("smartdeal verify --list --json -");
  EXPECT_EQ(nlohmann::json::parse(json.out).at("inputs").at("suite"), "quick");
  EXPECT_THAT(shell.files(), testing::IsEmpty());
}

TEST(Verify, WrongUsageIsOneSentence) {
  const Shell shell;
  const auto sentence = [&](const std::string& command) {
    const Result result = shell.run("smartdeal verify " + command);
    EXPECT_THAT(result, IsOneSentenceAndStatus2()) << command;
    return result.err;
  };
  shell.folder().write("full/thesis.tex", "");
  EXPECT_THAT(sentence("--suite slow"), AllOf(HasSubstr("--suite"), HasSubstr("quick")));
  EXPECT_THAT(sentence("--seed -1"), HasSubstr("--seed"));
  EXPECT_THAT(sentence("--jobs 999"), HasSubstr("from 0 to 256"));
  EXPECT_THAT(sentence("--soak 8"), HasSubstr("8h, 30m or 90s"));
  EXPECT_THAT(sentence("--soak h"), HasSubstr("8h, 30m or 90s"));
  EXPECT_THAT(sentence("--soak 1h --suite quick"), HasSubstr("--soak and --suite quick"));
  EXPECT_THAT(sentence("--suite soak"), HasSubstr("say how long"));
  EXPECT_THAT(sentence("--pair 100000"), HasSubstr("--pair 100000"));
  EXPECT_THAT(sentence("--store full"), HasSubstr("holds no regression"));
  EXPECT_THAT(sentence("--exclusions none.txt"), HasSubstr("none.txt"));
  EXPECT_THAT(sentence("--junit none/results.xml"), HasSubstr("none/results.xml"));
  EXPECT_EQ(shell.files(), std::vector<std::string>{"full"});
}

// The first pair is on a model without coverage, which is built once for this test and the next.
TEST(Verify, RunsOnePair) {
  const Shell shell;
  const Result pair = shell.run("smartdeal verify --pair 17 --junit r.xml --json r.json");
  EXPECT_EQ(pair.status, 0) << pair.err;
  EXPECT_THAT(pair.out, AllOf(HasSubstr("1 of 1 pairs passed"), HasSubstr("verified: yes\n")));
  EXPECT_THAT(text_of(shell.path() / "r.xml"), HasSubstr("tests=\"1\" failures=\"0\""));
  const auto report = nlohmann::json::parse(text_of(shell.path() / "r.json"));
  EXPECT_EQ(report.at("results").at("pairs").at(0).at("state"), "passed");
  EXPECT_GT(report.at("results").at("cycles"), 1000);
  EXPECT_EQ(shell.files(), (std::vector<std::string>{"r.json", "r.xml"}));
}

TEST(Verify, GoesOnWhereItWasStopped) {
  const Shell shell;
  const std::string store = (shell.path() / "kept").string();
  const auto kept = [&] {
    std::size_t files = 0;
    if (!fs::exists(shell.path() / "kept" / "pairs")) return files;
    for (const auto& entry : fs::directory_iterator(shell.path() / "kept" / "pairs"))
      files += entry.path().extension() == ".json" ? 1 : 0;
    return files;
  };
  // Pairs are there in seconds, because a soak has no models that count code.
  const pid_t group =
      shell.start("exec '" SD_PROGRAM "' verify --soak 10m --seed 3 --jobs 1 --store kept");
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(400);
  while (kept() == 0 && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  ::kill(group, SIGINT);
  const Result result = shell.wait(group);
  EXPECT_EQ(result.status, 128 + SIGINT) << result.err;
  EXPECT_THAT(result.err,
              testing::EndsWith("finished pairs are kept in kept; the same command goes "
                                "on from there\nsmartdeal: cancelled\n"));
  const std::size_t before = kept();
  EXPECT_GT(before, 0U);
  const Result again = shell.run("smartdeal verify --soak 1s --seed 3 --jobs 1 --store kept");
  EXPECT_EQ(again.status, 0) << again.out;
  EXPECT_THAT(again.out, HasSubstr(std::to_string(before) + " of "));
  EXPECT_THAT(again.out, HasSubstr("pairs were done before, in kept"));
  EXPECT_THAT(shell.run("smartdeal verify --soak 1s --seed 4 --store kept").err,
              HasSubstr("kept holds a regression of suite soak with seed 3"));
}

}  // namespace
}  // namespace sd
