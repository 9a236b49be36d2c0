// The program as a shell sees it: words, exit status, files.
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "sdengine/graph/onnx_export.hpp"
#include "sdengine/zoo/zoo.hpp"
#include "shell.hpp"
#include "workbench/core/version.hpp"

namespace sd {
namespace {

namespace fs = std::filesystem;
using test::IsOneSentenceAndStatus2;
using test::Result;
using test::Shell;
using test::text_of;
using testing::AllOf;
using testing::HasSubstr;

const char* const small_design = "name = \"small\"\n[array]\nslices = 4\nlines = 4\nmacs = 4\n";

TEST(Smartdeal, HelpNamesEveryCommandAndOption) {
  const Shell shell;
  const Result help = shell.run("smartdeal --help");
  EXPECT_EQ(help.status, 0);
  EXPECT_THAT(help.out, AllOf(HasSubstr("run"), HasSubstr("decompose"), HasSubstr("eval"),
                              HasSubstr("compare"), HasSubstr("inspect"), HasSubstr("convert"),
                              HasSubstr("bench"), HasSubstr("generate"), HasSubstr("doctor"),
                              HasSubstr("--version")));
  EXPECT_EQ(help.err, "");
  const Result run = shell.run("smartdeal run --help");
  EXPECT_EQ(run.status, 0);
  for (const char* option :
       {"MODEL.onnx", "--data", "--design", "--images", "--accuracy-images", "--calibration-images",
        "--prune-energy", "--threads", "--cache", "--json"})
    EXPECT_THAT(run.out, HasSubstr(option));
  EXPECT_THAT(shell.run("smartdeal generate --help").out,
              AllOf(HasSubstr("--output"), HasSubstr("--design")));
  EXPECT_THAT(shell.run("smartdeal doctor --help").out, HasSubstr("Exit status"));
}

TEST(Smartdeal, SaysItsVersion) {
  const Result version = Shell().run("smartdeal --version");
  EXPECT_EQ(version.status, 0);
  EXPECT_EQ(version.out, std::string("smartdeal ") + core::version() + "\n");
}

TEST(Smartdeal, WithoutACommandSaysWhatThereIs) {
  const Result result = Shell().run("smartdeal");
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("Subcommands"));
}

TEST(Smartdeal, WrongUsageNamesTheOptionAndTheAllowedRange) {
  const Shell shell;
  const auto sentence = [&](const std::string& command) {
    const Result result = shell.run(command);
    EXPECT_THAT(result, IsOneSentenceAndStatus2()) << command;
    return result.err;
  };
  EXPECT_THAT(sentence("smartdeal run --images 0"),
              AllOf(HasSubstr("--images"), HasSubstr("'0' is not a whole number from 1 to 1000000"),
                    HasSubstr("smartdeal run --help")));
  EXPECT_THAT(sentence("smartdeal run --images ten"), HasSubstr("'ten' is not a whole number"));
  EXPECT_THAT(sentence("smartdeal run --prune-energy 1.5"),
              HasSubstr("'1.5' is not a number from 0 to 0.9"));
  EXPECT_THAT(sentence("smartdeal run --threads -1"), HasSubstr("from 0 to 1024"));
  EXPECT_THAT(sentence("smartdeal run --nonsense"), HasSubstr("--nonsense"));
  EXPECT_THAT(sentence("smartdeal frobnicate"), HasSubstr("frobnicate"));
  EXPECT_THAT(sentence("smartdeal generate"), HasSubstr("--output"));
}

TEST(Smartdeal, BadInputGetsOneSentence) {
  const Shell shell;
  graph::export_onnx(zoo::shapes_network(1), shell.path() / "good.onnx");
  const std::string good = text_of(shell.path() / "good.onnx");
  shell.folder().write("truncated.onnx", good.substr(0, good.size() / 2));
  shell.folder().write("text.onnx", "this is not a network\n");
  shell.folder().write("empty.onnx", "");
  std::string strange =
      good;  // the operator's name is a length-prefixed string: another of equal length
  const auto at = strange.find("MaxPool");
  ASSERT_NE(at, std::string::npos);
  strange.replace(at, 7, "MinPool");
  shell.folder().write("strange.onnx", strange);
  fs::create_directories(shell.path() / "no classes");
  shell.folder().write("empty class/circle/none.txt", "");
  shell.folder().write("wide.toml", "[array]\nslices = 5000\n");
  shell.folder().write("odd.toml", "[array]\nmacs = 7\n");
  shell.folder().write("typo.toml", "[array]\nslizes = 8\n");
  const auto before = shell.files();

  const auto sentence = [&](const std::string& command) {
    const Result result = shell.run(command);
    EXPECT_THAT(result, IsOneSentenceAndStatus2()) << command;
    return result.err;
  };
  EXPECT_THAT(sentence("smartdeal run none.onnx --data . --json r.json"), HasSubstr("none.onnx"));
  EXPECT_THAT(sentence("smartdeal run truncated.onnx --data . --json r.json"),
              HasSubstr("truncated.onnx"));
  EXPECT_THAT(sentence("smartdeal run text.onnx --data . --json r.json"), HasSubstr("text.onnx"));
  EXPECT_THAT(sentence("smartdeal run empty.onnx --data . --json r.json"), HasSubstr("empty.onnx"));
  EXPECT_THAT(sentence("smartdeal run . --data . --json r.json"), HasSubstr("smartdeal: "));
  EXPECT_THAT(sentence("smartdeal run strange.onnx --data . --json r.json"),
              AllOf(HasSubstr("MinPool"), HasSubstr("pool1")));
  EXPECT_THAT(sentence("smartdeal run good.onnx --json r.json"), HasSubstr("--data DIR"));
  EXPECT_THAT(sentence("smartdeal run good.onnx --data 'no classes' --json r.json"),
              HasSubstr("no classes"));
  EXPECT_THAT(sentence("smartdeal run good.onnx --data 'empty class' --json r.json"),
              HasSubstr("circle"));
  EXPECT_THAT(sentence("smartdeal run good.onnx --data nowhere --json r.json"),
              HasSubstr("nowhere"));
  EXPECT_THAT(
      sentence("smartdeal run --design wide.toml --json r.json"),
      AllOf(HasSubstr("wide.toml"), HasSubstr("slices"), HasSubstr("5000"), HasSubstr("128")));
  EXPECT_THAT(sentence("smartdeal run --design odd.toml --json r.json"),
              AllOf(HasSubstr("macs"), HasSubstr("7")));
  EXPECT_THAT(sentence("smartdeal run --design typo.toml --json r.json"), HasSubstr("slizes"));
  EXPECT_THAT(sentence("smartdeal run --design none.toml --json r.json"), HasSubstr("none.toml"));
  EXPECT_THAT(sentence("smartdeal generate --design wide.toml -o out --json r.json"),
              HasSubstr("slices"));
  EXPECT_THAT(sentence("smartdeal run --json none/r.json"), HasSubstr("none/r.json"));
  EXPECT_EQ(shell.files(), before);
}

TEST(Smartdeal, AMissingToolNamesItsPackage) {
  const Shell shell;
  const Result run = shell.run("PATH=/nonexistent smartdeal run --json r.json");
  EXPECT_THAT(run, IsOneSentenceAndStatus2());
  EXPECT_THAT(run.err, AllOf(HasSubstr("verilator"), HasSubstr("package")));
  const Result doctor = shell.run("PATH=/nonexistent smartdeal doctor");
  EXPECT_EQ(doctor.status, 1);
  EXPECT_THAT(doctor.out, AllOf(HasSubstr("install Debian package verilator"),
                                HasSubstr("something that is needed is missing")));
  EXPECT_TRUE(shell.files().empty());
}

TEST(Smartdeal, DoctorFindsTheTools) {
  const Result doctor = Shell().run("smartdeal doctor --json -");
  EXPECT_EQ(doctor.status, 0) << doctor.err;
  const auto report = nlohmann::json::parse(doctor.out);
  EXPECT_EQ(report.at("results").at("healthy"), true);
  EXPECT_THAT(doctor.err, HasSubstr("Verilator"));
}

TEST(Smartdeal, GeneratesSystemVerilogWholeOrNotAtAll) {
  const Shell shell;
  shell.folder().write("small.toml", small_design);
  const Result good = shell.run("smartdeal generate --design small.toml -o out --json g.json");
  EXPECT_EQ(good.status, 0) << good.err;
  const auto report = nlohmann::json::parse(text_of(shell.path() / "g.json"));
  for (const auto& source : report.at("results").at("sources"))
    EXPECT_TRUE(fs::exists(shell.path() / "out" / source.get<std::string>())) << source;
  EXPECT_TRUE(fs::exists(shell.path() / "out/smartdeal.f"));
  EXPECT_TRUE(fs::exists(shell.path() / "out/manifest.json"));
  // A limit on the size of files stands in for a full disk.
  const auto before = shell.files();
  const Result full = shell.run(
      "trap '' XFSZ; ulimit -f 1; smartdeal generate --design small.toml -o full 2>&1 | cat >&2; "
      "exit ${PIPESTATUS[0]}");
  EXPECT_EQ(full.status, 2) << full.err;
  EXPECT_EQ(shell.files(), before);
}

TEST(Smartdeal, RunsTheBuiltInNetworkBitExactly) {
  const Shell shell;
  shell.folder().write("small.toml", small_design);
  const Result run =
      shell.run("smartdeal run --design small.toml --images 1 --accuracy-images 50 --json r.json");
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, testing::EndsWith("\nbit-exact: yes\n"));
  EXPECT_THAT(run.out,
              AllOf(HasSubstr("conv1"), HasSubstr("MAC utilisation"), HasSubstr("DRAM bytes read"),
                    HasSubstr("simulated cycles per second"), HasSubstr("wall time")));
  EXPECT_THAT(run.err, AllOf(HasSubstr("decompose"), HasSubstr("simulate SmartDeal")));  // progress
  const auto report = nlohmann::json::parse(text_of(shell.path() / "r.json"));
  EXPECT_EQ(report.at("results").at("bit_exact"), true);
  EXPECT_EQ(shell.files(), (std::vector<std::string>{"r.json", "small.toml"}));

  const Result json =
      shell.run("smartdeal run --design small.toml --images 1 --accuracy-images 50 --json -");
  EXPECT_EQ(json.status, 0);
  auto again = nlohmann::json::parse(json.out);
  EXPECT_EQ(again.at("results").at("layers"), report.at("results").at("layers"));
  EXPECT_EQ(again.at("results").at("energy_pj"), report.at("results").at("energy_pj"));
  EXPECT_THAT(json.err, HasSubstr("bit-exact: yes"));
}

TEST(Smartdeal, AFullDiskIsTold) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "/dev/full is not there";
  const Shell shell;
  const Result report = shell.run("smartdeal doctor --json /dev/full");
  EXPECT_EQ(report.status, 2);
  EXPECT_THAT(report.err, AllOf(HasSubstr("/dev/full"), HasSubstr("No space left on device")));
  const Result text = shell.run("smartdeal doctor > /dev/full");
  EXPECT_EQ(text.status, 2);
  EXPECT_THAT(text.err, AllOf(HasSubstr("standard output"), HasSubstr("No space left on device")));
  EXPECT_EQ(shell.run("smartdeal --help > /dev/full").status, 2);
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

/// Command lines of all processes that were started with `folder` in their environment: whatever a
/// run left behind.
std::vector<std::string> processes_of(const fs::path& folder) {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    if (text_of(entry.path() / "environ").find(folder.string()) == std::string::npos) continue;
    std::string words = text_of(entry.path() / "cmdline");
    std::replace(words.begin(), words.end(), '\0', ' ');
    found.push_back(words);
  }
  return found;
}

TEST(Smartdeal, SignalsStopItAndNothingIsLeft) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const Shell shell;
    shell.folder().write("small.toml", small_design);
    // A cache of its own, so that the tools have to run; they inherit its name.
    const pid_t group = shell.start("SMARTDEAL_CACHE=$PWD/cache exec '" SD_PROGRAM
                                    "' run --design small.toml --accuracy-images 10 --json r.json");
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(120);
    while (text_of(shell.path() / "stderr.txt").find("generate SmartDeal") == std::string::npos &&
           std::chrono::steady_clock::now() < deadline)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    std::this_thread::sleep_for(
        std::chrono::milliseconds(1500));  // into Verilator's or the compiler's time
    ::kill(group, signal);
    const Result result = shell.wait(group);
    EXPECT_EQ(result.status, 128 + signal) << result.err;
    EXPECT_THAT(result.err, testing::EndsWith("smartdeal: cancelled\n"));
    EXPECT_THAT(processes_of(shell.path()), testing::IsEmpty());
    EXPECT_FALSE(fs::exists(shell.path() / "r.json"));
  }
}

}  // namespace
}  // namespace sd
