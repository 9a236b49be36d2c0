// simulate and schedule as a shell sees them.
#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "../core/small_model.hpp"
#include "sdengine/graph/onnx_export.hpp"
#include "shell.hpp"

namespace sd {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::IsOneSentenceAndStatus2;
using test::Result;
using test::Shell;
using test::text_of;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class SimulateCommand : public testing::Test {
 protected:
  SimulateCommand() {
    pack::save(test::small_packed_model(), test::small_provenance(), shell.path() / "small.sd");
    shell.folder().write(
        "tiny.toml",
        "name = \"tiny\"\n[array]\nslices = 2\nlines = 2\nmacs = 4\nmac_kind = \"parallel\"\n"
        "[buffers]\ninput_buffer_bytes = 2048\nweight_buffer_bytes = 1024\n"
        "index_buffer_entries = 256\noutput_buffer_bytes = 512\n");
  }

  [[nodiscard]] Result simulate(const std::string& options) const {
    return shell.run("smartdeal simulate small.sd --design tiny.toml " + options);
  }

  Shell shell;
};

TEST_F(SimulateCommand, ExitStatus0MeansBitExact) {
  const Result result = simulate("--images 3 --jobs 2 --json r.json");
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("MAC utilisation "), HasSubstr("bit-exact: yes\n"),
                                HasSubstr("data     random values from seed 1")));
  const json report = json::parse(text_of(shell.path() / "r.json"));
  EXPECT_EQ(report.at("command"), "simulate");
  EXPECT_EQ(report.at("results").at("bit_exact"), true);
  EXPECT_EQ(report.at("results").at("predictions").size(), 3U);
}

TEST_F(SimulateCommand, ByLayerTheReasonsForIdleMacsAreTold) {
  const Result result = simulate("--layers --profile --json -");
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, AllOf(HasSubstr("not computing"), HasSubstr("empty lanes"),
                                HasSubstr("no job"), HasSubstr("\nUtilisation below 85 %:\n"),
                                HasSubstr("fc: of its cycles, loads are under way in "),
                                HasSubstr("limited by")));
  const json layers = json::parse(result.out).at("results").at("layers");
  EXPECT_EQ(layers[0].at("runs_as"), "array");
  EXPECT_TRUE(layers[0].at("mac_slots").contains("no_job"));
  EXPECT_GT(layers[0].at("counters").at("cycles"), 0);
}

TEST_F(SimulateCommand, ExitStatus1MeansADifferenceAndNamesIt) {
  const Result result = simulate("--plant-fault point --json r.json");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("first difference: image 0, layer fc"),
                    HasSubstr("first wrong write (the same program, every result written to DRAM"),
                    HasSubstr("\n  layer point, channel 0, row "), HasSubstr("\n  written by "),
                    HasSubstr("\n  computed by "), HasSubstr("bit-exact: no\n")));
  EXPECT_THAT(result.err, HasSubstr("smartdeal: the accelerator differs from the integer "
                                    "reference, first in image 0, layer fc"));
  EXPECT_EQ(
      json::parse(text_of(shell.path() / "r.json")).at("results").at("first_fault").at("layer"),
      "point");
}

TEST_F(SimulateCommand, ExitStatus1MeansAHangWithTheStateOfEveryHandshake) {
  const Result result = simulate("--watchdog 200");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("smartdeal: image 0, "),
                                HasSubstr("the accelerator hangs: stopped after 20"),
                                HasSubstr("\nm_axi.ar valid "), HasSubstr("\nsd_accelerator.u_"),
                                HasSubstr("last command: "), HasSubstr("STATUS 0x")));
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("image 0 fails at cycle "), HasSubstr("bit-exact: no\n")));
}

TEST_F(SimulateCommand, ExitStatus2MeansWrongUsage) {
  const auto sentence = [&](const std::string& command) {
    const Result result = shell.run(command);
    EXPECT_THAT(result, IsOneSentenceAndStatus2()) << command;
    return result.err;
  };
  graph::export_onnx(test::small_network(), shell.path() / "small.onnx");
  EXPECT_THAT(sentence("smartdeal simulate small.onnx"),
              HasSubstr("small.onnx is not a .sd file; make one of it with smartdeal decompose"));
  EXPECT_THAT(sentence("smartdeal schedule small.onnx"), HasSubstr("is not a .sd file"));
  EXPECT_THAT(sentence("smartdeal simulate small.sd --jobs -1"),
              HasSubstr("'-1' is not a whole number from 0 to 1024"));
  EXPECT_THAT(sentence("smartdeal simulate small.sd --plant-fault none"),
              HasSubstr("no layer of this name has weights on the array"));
  EXPECT_THAT(sentence("smartdeal simulate small.sd --investigate none/x.fst"),
              HasSubstr("none/x.fst"));
  EXPECT_THAT(sentence("smartdeal simulate none.sd"), HasSubstr("none.sd"));
}

TEST_F(SimulateCommand, AKilledRunGoesOnWhereItWas) {
  const pid_t child = shell.start("exec '" SD_PROGRAM
                                  "' simulate small.sd --design tiny.toml --images 100000 --jobs 2 "
                                  "--store runs/s >child.txt 2>&1");
  const fs::path third = shell.path() / "runs" / "s" / "image-2.json";
  for (int i = 0; i < 6000 && !fs::exists(third); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_TRUE(fs::exists(third));
  // While it works nobody else may.
  EXPECT_THAT(simulate("--store runs/s").err,
              HasSubstr("another smartdeal simulate is at work in runs/s; wait for it"));
  ASSERT_EQ(::kill(-child, SIGKILL), 0);
  EXPECT_EQ(shell.wait(child).status, 128 + SIGKILL);
  const Result rest = simulate("--images 3 --store runs/s --json r.json");
  EXPECT_EQ(rest.status, 0) << rest.err;
  EXPECT_THAT(rest.out,
              AllOf(HasSubstr("images from the store: 3\n"), HasSubstr("bit-exact: yes")));
  const Result whole = simulate("--images 3 --json w.json");
  const auto results = [&](const char* file) {
    return json::parse(text_of(shell.path() / file)).at("results");
  };
  for (const char* key : {"counters", "predictions", "layers", "images", "bit_exact"})
    EXPECT_EQ(results("r.json").at(key), results("w.json").at(key)) << key;
  const Result refused = simulate("--seed 9 --store runs/s");
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.err, HasSubstr("runs/s holds a simulation with another --seed (1, now 9)"));
}

TEST_F(SimulateCommand, CtrlCSaysHowToGoOn) {
  const pid_t child =
      shell.start("exec '" SD_PROGRAM
                  "' simulate small.sd --design tiny.toml --images 100000 --jobs 1 --store s");
  for (int i = 0; i < 6000 && !fs::exists(shell.path() / "s" / "image-0.json"); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  ASSERT_EQ(::kill(child, SIGINT), 0);
  const Result result = shell.wait(child);
  EXPECT_EQ(result.status, 128 + SIGINT);
  EXPECT_THAT(result.err, AllOf(HasSubstr("finished images are in s; the same command goes on"),
                                HasSubstr("smartdeal: cancelled\n")));
}

TEST_F(SimulateCommand, TheScheduleSaysHowEveryLayerRuns) {
  const Result result = shell.run("smartdeal schedule small.sd --design tiny.toml --listing");
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("array"), HasSubstr("vector unit"), HasSubstr("run 0: "),
                                HasSubstr("1 start of the accelerator"), Not(HasSubstr("host"))));
  const Result commands =
      shell.run("smartdeal schedule small.sd --design tiny.toml --commands --json -");
  EXPECT_EQ(commands.status, 0);
  EXPECT_THAT(json::parse(commands.out).at("results").at("listing").get<std::string>(),
              AllOf(HasSubstr("COMPUTE"), HasSubstr("END")));
}

TEST_F(SimulateCommand, HelpSaysTheExitStatusAndEveryOption) {
  const Result help = shell.run("smartdeal simulate --help");
  EXPECT_EQ(help.status, 0);
  for (const char* word :
       {"--data", "--design", "--images", "--first", "--jobs", "--store", "--layers", "--profile",
        "--dense", "--latency", "--stalls", "--seed", "--watchdog", "--trace", "--investigate",
        "--window", "--plant-fault", "--json", "Exit status: 0 bit-exact, 1 a value"})
    EXPECT_THAT(help.out, HasSubstr(word));
}

}  // namespace
}  // namespace sd
