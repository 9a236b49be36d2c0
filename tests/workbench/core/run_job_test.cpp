// The whole job on a small accelerator.
#include "workbench/core/run_job.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <set>

#include "temporary_folder.hpp"

namespace sd::core {
namespace {

using test::message_of;
using test::TemporaryFolder;
using testing::HasSubstr;

/// Builds of simulations stay between runs of the tests.
std::filesystem::path cache() {
  return std::filesystem::path(SD_BINARY_DIR) / "test-cache";
}

RunOptions small_run(const TemporaryFolder& folder) {
  RunOptions options;
  options.design =
      folder.write("small.toml", "name = \"small\"\n[array]\nslices = 4\nlines = 4\nmacs = 4\n");
  options.images = 2;
  options.accuracy_images = 60;
  options.cache = cache();
  return options;
}

TEST(RunJob, TheBuiltInNetworkIsBitExactOnGeneratedHardware) {
  const TemporaryFolder folder;
  std::set<std::string> stages;
  int layer_calls = 0;
  RunObserver observer;
  observer.progress = [&](const std::string& stage, double fraction, const std::string&) {
    stages.insert(stage);
    EXPECT_LE(fraction, 1.0);
  };
  observer.layers = [&](const std::vector<LayerReport>& layers) {
    ++layer_calls;
    EXPECT_FALSE(layers.empty());
  };
  const RunReport report = run(small_run(folder), observer, {});
  EXPECT_TRUE(report.bit_exact);
  EXPECT_GE(layer_calls, 2);
  // Three rows a filter cannot pay for a basis of four vectors, and the report says so.
  EXPECT_THAT(report.notes, testing::Contains(testing::StartsWith("conv1 takes more bits")));
  EXPECT_THAT(stages, testing::IsSupersetOf({"read network and data", "decompose",
                                             "calibrate and pack", "measure accuracy",
                                             "simulate SmartDeal", "simulate dense baseline"}));

  std::uint64_t layer_cycles = 0;
  int on_rtl = 0;
  for (const LayerReport& layer : report.layers) {
    const bool weights = layer.kind == "convolution" || layer.kind == "fully connected";
    EXPECT_TRUE(layer.on_rtl) << layer.name;
    EXPECT_EQ(layer.decomposed, weights) << layer.name;
    ++on_rtl;
    EXPECT_TRUE(layer.bit_exact) << layer.name;
    EXPECT_TRUE(layer.simulated) << layer.name;
    EXPECT_EQ(layer.cycles > 0, layer.kind != "add") << layer.name << ": additions are fused";
    EXPECT_LT(layer.relative_error, 0.3) << layer.name;
    layer_cycles += layer.cycles;
  }
  EXPECT_GE(on_rtl, 11);
  // A layer by itself takes longer: its maps go through DRAM, and nothing overlaps.
  EXPECT_GT(layer_cycles * report.sd.images, report.sd.counters.cycles);
  EXPECT_EQ(report.accuracy.images, 60U);
  EXPECT_GT(report.accuracy.float32, 0.9);
  EXPECT_GT(report.accuracy.sd_integer, 0.8);
  for (const ChipReport* chip : {&report.sd, &report.baseline}) {
    EXPECT_EQ(chip->images, 2U);
    EXPECT_GT(chip->mac_utilisation, 0);
    EXPECT_LE(chip->mac_utilisation, 1);
    EXPECT_GT(chip->dram_read_bytes, 0U);
    EXPECT_GT(chip->dram_write_bytes, 0U);
    EXPECT_GT(chip->energy_per_image.total_pj(), 0);
    EXPECT_GT(chip->cycles_per_second, 0);
  }
  EXPECT_GT(report.sd.counters.weights_rebuilt, 0U);
  EXPECT_EQ(report.baseline.counters.weights_rebuilt, 0U);
  EXPECT_EQ(report.baseline.counters.rows_skipped_weight,
            0U);  // rows in the padding are left out there too
  EXPECT_LT(report.sd.dram_read_bytes, report.baseline.dram_read_bytes);
  EXPECT_EQ(report.input_hashes.size(), 3U);
  EXPECT_GT(report.peak_memory_bytes, 1U << 20);
}

TEST(RunJob, ResultsDoNotDependOnTheNumberOfThreads) {
  const TemporaryFolder folder;
  RunOptions options = small_run(folder);
  options.images = 1;
  const auto with = [&](int threads) {
    options.threads = threads;
    return run(options, {}, {});
  };
  const RunReport one = with(1), three = with(3);
  ASSERT_EQ(one.layers.size(), three.layers.size());
  for (std::size_t i = 0; i < one.layers.size(); ++i) {
    EXPECT_EQ(one.layers[i].relative_error, three.layers[i].relative_error);
    EXPECT_EQ(one.layers[i].bits_packed, three.layers[i].bits_packed);
    EXPECT_EQ(one.layers[i].cycles, three.layers[i].cycles);
  }
  EXPECT_EQ(one.accuracy.sd_integer, three.accuracy.sd_integer);
  EXPECT_EQ(one.sd.counters.values(), three.sd.counters.values());
  EXPECT_EQ(one.input_hashes, three.input_hashes);
}

TEST(RunJob, StopsAtOnceWhereverItIs) {
  const TemporaryFolder folder;
  for (const char* stage :
       {"decompose", "measure accuracy", "generate SmartDeal", "simulate SmartDeal"}) {
    std::stop_source source;
    RunObserver observer;
    observer.progress = [&](const std::string& now, double, const std::string&) {
      EXPECT_FALSE(source.stop_requested() && now != stage) << "went on to " << now;
      if (now == stage) source.request_stop();
    };
    EXPECT_THROW((void)run(small_run(folder), observer, source.get_token()), tb::Cancelled)
        << stage;
    EXPECT_TRUE(source.stop_requested()) << stage;
  }
}

TEST(RunJobErrors, SayWhatIsWrong) {
  const TemporaryFolder folder;
  const auto words = [](const RunOptions& options) {
    return message_of<InputError>([&] { (void)run(options, {}, {}); });
  };

  RunOptions options = small_run(folder);
  options.images = 0;
  EXPECT_THAT(words(options), HasSubstr("--images 0: the allowed range is 1 to"));

  options = small_run(folder);
  options.prune_energy = 2;
  EXPECT_THAT(words(options), HasSubstr("--prune-energy 2: the allowed range is 0 to 0.9"));

  options = small_run(folder);
  options.model = folder.path() / "none.onnx";
  options.data = folder.path();
  EXPECT_THAT(words(options), HasSubstr("none.onnx"));

  options.model = folder.write("text.onnx", "this is text");
  EXPECT_THAT(words(options), HasSubstr("text.onnx"));

  options = small_run(folder);
  options.model = std::filesystem::path(SD_SOURCE_DIR) / "workbench/core/models/default.onnx";
  EXPECT_THAT(words(options), testing::AllOf(HasSubstr("no images for"), HasSubstr("--data DIR")));

  options.data = folder.path() / "no classes";
  std::filesystem::create_directories(*options.data);
  EXPECT_THAT(words(options), HasSubstr("no classes"));

  options = small_run(folder);
  options.design = folder.write("wide.toml", "[array]\nslices = 100000\n");
  EXPECT_THAT(words(options), testing::AllOf(HasSubstr("wide.toml"), HasSubstr("slices"),
                                             HasSubstr("100000"), HasSubstr("128")));

  options.design = folder.write("dense.toml", "[sd]\nrebuild = false\n");
  EXPECT_THAT(words(options), HasSubstr("rebuild"));
}

TEST(RunJobErrors, AMissingToolIsFoundBeforeTheWork) {
  const TemporaryFolder folder;
  const std::string before = std::getenv("PATH");
  ::setenv("PATH", folder.path().c_str(), 1);
  std::string last_stage;
  RunObserver observer;
  observer.progress = [&](const std::string& stage, double, const std::string&) {
    last_stage = stage;
  };
  const std::string words =
      message_of<tb::ToolError>([&] { (void)run(small_run(folder), observer, {}); });
  ::setenv("PATH", before.c_str(), 1);
  EXPECT_THAT(words, testing::AllOf(HasSubstr("verilator"), HasSubstr("package")));
  EXPECT_EQ(last_stage, "read network and data");
}

}  // namespace
}  // namespace sd::core
