// Generated folders and compiled models: whole or not there.
#include "verilator_tb/model_build.hpp"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "build_source.hpp"
#include "files.hpp"
#include "sha256.hpp"
#include "verilator_tb/mock_accelerator.hpp"
#include "verilator_tb/subprocess.hpp"
#include "verilator_tb/temporary_folder.hpp"
#include "verilator_tb/test_designs.hpp"

namespace sd::tb {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const ToolError& error) {
    return error.what();
  }
  return "nothing was thrown";
}

std::vector<std::string> entries(const fs::path& folder, const std::string& without = ".lock") {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() != without) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

TEST(Generate, WritesSourcesFileListAndManifest) {
  const test::TemporaryFolder folder;
  const fs::path target = folder.path() / "deep" / "rtl";
  const auto files = generate(test::booth_design(), target);
  ASSERT_FALSE(files.empty());
  EXPECT_EQ(files.back(), target / "sd_accelerator.sv");
  std::string list;
  for (const fs::path& file : files) list += file.filename().string() + "\n";
  EXPECT_EQ(read_file(target / "smartdeal.f"), list);
  EXPECT_EQ(entries(target).size(), files.size() + 2);
  EXPECT_THAT(entries(target.parent_path()), ElementsAre("rtl")) << "nothing is left beside it";

  const auto manifest = nlohmann::json::parse(read_file(target / "manifest.json"));
  EXPECT_EQ(manifest.at("design").at("hash"), design::content_hash(test::booth_design()));
  EXPECT_EQ(manifest.at("hardware").at("top"), "sd_accelerator");
  ASSERT_EQ(manifest.at("sha256").size(), files.size());
  for (const fs::path& file : files)
    EXPECT_EQ(manifest.at("sha256").at(file.filename().string()),
              Sha256().add(read_file(file)).hex());

  std::ofstream(folder.path() / "design.toml")
      << manifest.at("design").at("toml").get<std::string>();
  EXPECT_EQ(design::read_toml(folder.path() / "design.toml"), test::booth_design())
      << "the design can be had back from the manifest";
}

TEST(Generate, TheSameDesignGivesTheSameBytesAndReplacesWhatWasThere) {
  const test::TemporaryFolder folder;
  const auto first = generate(test::booth_design(), folder.path() / "a");
  (void)generate(test::dense_design(), folder.path() / "b");
  const auto second = generate(test::booth_design(), folder.path() / "b/");
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t i = 0; i < first.size(); ++i)
    EXPECT_EQ(read_file(first[i]), read_file(second[i]));
  EXPECT_EQ(entries(folder.path() / "a"), entries(folder.path() / "b"));
  EXPECT_THAT(entries(folder.path()), ElementsAre("a", "b"));
}

TEST(Generate, WhatOthersWroteIsNotTouched) {
  const test::TemporaryFolder folder;
  write_file(folder.path() / "thesis.tex", "years of work");
  EXPECT_THAT(message_of([&] { generate(test::booth_design(), folder.path()); }),
              HasSubstr("it holds files that smartdeal did not write; give a new or empty folder"));
  EXPECT_THAT(entries(folder.path()), ElementsAre("thesis.tex"));

  (void)generate(test::booth_design(), folder.path() / "rtl");
  write_file(folder.path() / "rtl" / "notes.txt", "mine");
  EXPECT_THAT(message_of([&] { generate(test::booth_design(), folder.path() / "rtl"); }),
              HasSubstr("it also holds notes.txt"));
  EXPECT_THAT(message_of([&] { generate(test::booth_design(), folder.path() / "thesis.tex"); }),
              HasSubstr("it is not a folder"));
}

TEST(Generate, ADesignOutOfRangeLeavesNothing) {
  const test::TemporaryFolder folder;
  design::DesignPoint wrong = test::booth_design();
  wrong.macs = 3;
  EXPECT_THROW(generate(wrong, folder.path() / "rtl"), design::DesignError);
  EXPECT_THAT(entries(folder.path()), IsEmpty());
}

TEST(Generate, VerilatorHasNothingToSay) {
  for (const design::DesignPoint& design :
       {test::booth_design(), test::parallel_design(), test::dense_design()}) {
    const test::TemporaryFolder folder;
    (void)generate(design, folder.path() / "rtl");
    ProcessOptions options;
    options.working_folder = folder.path() / "rtl";
    const ProcessResult result = run_process({"verilator", "--lint-only", "-Wall", "--top-module",
                                              "sd_accelerator", "-f", "smartdeal.f"},
                                             options);
    EXPECT_EQ(result.exit_status, 0) << design.name;
    EXPECT_EQ(result.output, "") << design.name;
  }
}

TEST(DefaultCache, FollowsTheEnvironment) {
  const test::ScopedEnvironment home("HOME", "/h"), xdg("XDG_CACHE_HOME", ""),
      own("SMARTDEAL_CACHE", "");
  EXPECT_EQ(default_cache(), "/h/.cache/smartdeal");
  {
    const test::ScopedEnvironment set("XDG_CACHE_HOME", "/x");
    EXPECT_EQ(default_cache(), "/x/smartdeal");
    const test::ScopedEnvironment more("SMARTDEAL_CACHE", "/s");
    EXPECT_EQ(default_cache(), "/s");
  }
}

BuiltModel build_mock(const fs::path& cache, const Progress& progress = {},
                      std::stop_token stop = {}) {
  return build_source(test::mock_accelerator(8), cache, progress, stop, {.checked = true});
}

TEST(BuildModel, IsFoundAgain) {
  const test::TemporaryFolder cache;
  std::vector<std::string> stages;
  const BuiltModel first = build_mock(cache.path(), [&](const std::string& stage, double fraction) {
    stages.push_back(stage);
    EXPECT_LE(fraction, 1.0);
  });
  EXPECT_FALSE(first.from_cache);
  EXPECT_TRUE(fs::exists(first.library));
  EXPECT_TRUE(fs::exists(first.source_folder / "sd_accelerator.sv"));
  EXPECT_EQ(stages.front(), "verilate");
  EXPECT_EQ(stages.back(), "compile");
  const BuiltModel second = build_mock(cache.path());
  EXPECT_TRUE(second.from_cache);
  EXPECT_EQ(second.library, first.library);
  for (const std::string& name : entries(cache.path()))
    EXPECT_THAT(name, ::testing::MatchesRegex("(model|runtime)-[0-9a-f]+"));
  EXPECT_EQ(entries(first.library.parent_path()),
            (std::vector<std::string>{"accelerator.so", "rtl"}))
      << "no intermediate files are kept";
}

TEST(BuildModel, CancelledInTheMiddleLeavesNoEntry) {
  const test::TemporaryFolder cache;
  std::stop_source stop;
  EXPECT_THROW((void)build_mock(
                   cache.path(),
                   [&](const std::string& stage, double) {
                     if (stage == "compile") stop.request_stop();
                   },
                   stop.get_token()),
               Cancelled);
  EXPECT_THAT(entries(cache.path()), IsEmpty());
}

TEST(BuildModel, KilledInTheMiddleLeavesNoEntryAndTheNextBuildSucceeds) {
  const test::TemporaryFolder cache;
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    (void)build_mock(cache.path(), [&](const std::string& stage, double) {
      if (stage != "compile") return;
      (void)!::write(ready[1], "r", 1);
      ::pause();
    });
    ::_exit(0);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  for (const std::string& name : entries(cache.path()))
    EXPECT_THAT(name, ::testing::EndsWith(".unfinished"));
  EXPECT_FALSE(build_mock(cache.path()).from_cache);
  for (const std::string& name : entries(cache.path()))
    EXPECT_THAT(name, ::testing::Not(HasSubstr("unfinished")));
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST(BuildModel, MissingToolsNameTheirPackages) {
  const test::TemporaryFolder cache, tools;
  const test::ScopedEnvironment path("PATH", tools.path().string());
  EXPECT_EQ(message_of([&] { (void)build_model(test::booth_design(), cache.path(), {}, {}); }),
            "verilator was not found in PATH: install Debian's package verilator (apt-get install "
            "verilator)");
  write_file(tools.path() / "verilator", "#!/bin/sh\necho Verilator 5.006\n");
  fs::permissions(tools.path() / "verilator", fs::perms::owner_all);
  EXPECT_EQ(message_of([&] { (void)build_model(test::booth_design(), cache.path(), {}, {}); }),
            "g++ was not found in PATH: install Debian's package g++ (apt-get install g++)");
  EXPECT_THAT(entries(cache.path()), IsEmpty());
}

TEST(BuildModel, SeveralAreBuiltAtOnceAndAFailureNamesItsDesign) {
  const test::TemporaryFolder cache, tools;
  // The tools are replaced by ones that only leave what is asked of them: this is about the pool.
  write_file(tools.path() / "verilator",
             "#!/bin/sh\n"
             "case \"$1\" in\n"
             "  --version) echo Verilator 5.006;;\n"
             "  --getenv) echo " +
                 tools.path().string() +
                 ";;\n"
                 "  *) exit 0;;\n"
                 "esac\n");
  write_file(tools.path() / "g++",
             "#!/bin/sh\n"
             "test \"$1\" = --version && echo g++ 12 && exit 0\n"
             "while test $# -gt 1; do test \"$1\" = -o && touch \"$2\"; shift; done\n");
  fs::create_directories(tools.path() / "include");
  write_file(tools.path() / "include" / "verilated.cpp", "");
  for (const char* tool : {"verilator", "g++"})
    fs::permissions(tools.path() / tool, fs::perms::owner_all);
  const test::ScopedEnvironment path("PATH",
                                     tools.path().string() + ":" + std::string(::getenv("PATH")));
  std::vector<std::string> stages;
  double last = 0;
  const std::vector<BuildRequest> requests = {{test::booth_design(), {}},
                                              {test::parallel_design(), {.checked = true}},
                                              {test::dense_design(), {}},
                                              {test::booth_design(), {}}};
  const auto models = build_models(requests, cache.path(), 3,
                                   [&](const std::string& stage, double fraction) {
                                     stages.push_back(stage);
                                     EXPECT_GE(fraction, last);
                                     last = fraction;
                                   },
                                   {});
  ASSERT_EQ(models.size(), 4U);
  EXPECT_EQ(models[0].library, models[3].library) << "one build serves both";
  EXPECT_NE(models[0].library, models[2].library);
  EXPECT_EQ(last, 1.0);
  EXPECT_THAT(stages, ::testing::Contains("test_parallel: built"));
  for (const BuiltModel& model : models) EXPECT_TRUE(fs::exists(model.library));

  write_file(tools.path() / "g++", "#!/bin/sh\nexit 1\n");
  EXPECT_THAT(message_of([&] { (void)build_models(requests, cache.path(), 1, {}, {}); }),
              HasSubstr("test_booth: "));
}

TEST(BuildModel, AToolThatFailsIsQuoted) {
  const test::TemporaryFolder cache;
  ModelSource broken = test::mock_accelerator(8);
  broken.files[0].second += "\nmodule m; wrong words here; endmodule\n";
  EXPECT_THAT(message_of([&] { (void)build_source(broken, cache.path(), {}, {}, {}); }),
              ::testing::AllOf(HasSubstr("verilating sd_accelerator failed with exit status 1"),
                               HasSubstr("sd_accelerator.sv:")));
  EXPECT_THAT(entries(cache.path()), IsEmpty());
}

}  // namespace
}  // namespace sd::tb
