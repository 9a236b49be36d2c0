// The whole job on an accelerator of 16 MACs.
#include "workbench/core/simulate_job.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "image_files.hpp"
#include "small_model.hpp"
#include "temporary_folder.hpp"

namespace sd::core {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::message_of;
using test::TemporaryFolder;
using test::text_of;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

const char* const tiny_design =
    "name = \"tiny\"\n[array]\nslices = 2\nlines = 2\nmacs = 4\nmac_kind = \"parallel\"\n"
    "[buffers]\ninput_buffer_bytes = 2048\nweight_buffer_bytes = 1024\n"
    "index_buffer_entries = 256\noutput_buffer_bytes = 512\n";

class SimulateJob : public testing::Test {
 protected:
  SimulateJob() {
    pack::save(test::small_packed_model(), test::small_provenance(), folder.path() / "small.sd");
    options.model = folder.path() / "small.sd";
    options.design = folder.write("tiny.toml", tiny_design);
    options.images = 5;
    options.jobs = 1;
    options.cache = fs::path(SD_BINARY_DIR) / "test-cache";
  }

  /// Three classes of 8 x 8 images, two of each.
  void use_images() {
    options.data = folder.path() / "images";
    options.images = 6;
    for (const char* name : {"ant", "bee", "cow"})
      for (int i = 0; i < 2; ++i) {
        data::Image image{1, 8, 8, {}};
        for (int p = 0; p < 64; ++p)
          image.values.push_back(static_cast<std::uint8_t>((p * (37 + i) + name[0]) % 256));
        test::write_bmp(image, *options.data / name / (std::to_string(i) + ".bmp"));
      }
  }

  [[nodiscard]] SimulateReport run() const { return simulate_network(options, {}, {}); }
  [[nodiscard]] std::string words() const {
    return message_of<InputError>([&] { (void)run(); });
  }
  /// The report without what depends on the clock and on the way there.
  [[nodiscard]] static json lasting(const SimulateReport& report) {
    json results = json::parse(report_text(report)).at("results");
    for (const char* key :
         {"cycles_per_second", "macs_per_second", "simulation_seconds", "build_seconds",
          "built_from_cache", "wall_seconds", "jobs", "images_from_store"})
      EXPECT_EQ(results.erase(key), 1U) << key;
    return results;
  }

  TemporaryFolder folder;
  SimulateOptions options;
};

TEST_F(SimulateJob, TellsEveryImagesPrediction) {
  use_images();
  const SimulateReport report = run();
  EXPECT_TRUE(report.bit_exact());
  EXPECT_EQ(report.images, 6U);
  ASSERT_EQ(report.predictions.size(), 6U);
  std::size_t right = 0;
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(report.predictions[i].image, i);
    EXPECT_EQ(report.predictions[i].label, static_cast<int>(i % 3)) << "the classes in turn";
    EXPECT_EQ(report.predictions[i].chip, report.predictions[i].reference);
    right += report.predictions[i].chip == report.predictions[i].label ? 1 : 0;
  }
  EXPECT_EQ(report.right, right);
  EXPECT_EQ(report.reference_right, right);
  const json predictions = json::parse(report_text(report)).at("results").at("predictions");
  ASSERT_EQ(predictions.size(), 6U);
  EXPECT_EQ(predictions[3].at("image"), 3);
  EXPECT_EQ(predictions[4].at("label"), 1);
  EXPECT_EQ(predictions[3].at("chip_prediction"), report.predictions[3].chip);
  EXPECT_EQ(predictions[3].at("reference_prediction"), report.predictions[3].reference);
}

TEST_F(SimulateJob, ResultsDoNotDependOnTheNumberOfJobs) {
  options.stalls_per_1024 = 150;
  options.layers = true;
  const json one = lasting(run());
  options.jobs = 2;
  EXPECT_EQ(lasting(run()), one);
  options.seed = 2;
  EXPECT_NE(lasting(run()), one);
}

TEST_F(SimulateJob, ByLayerEveryResultIsComparedAndEveryCycleIsAccountedFor) {
  options.layers = true;
  options.images = 3;
  options.profile = true;
  const SimulateReport report = run();
  EXPECT_TRUE(report.bit_exact());
  EXPECT_EQ(report.compared, 4U);
  ASSERT_EQ(report.layers.size(), 4U);
  std::uint64_t cycles = 0;
  for (const SimulatedLayer& layer : report.layers) {
    EXPECT_TRUE(layer.bit_exact) << layer.name;
    ASSERT_TRUE(layer.counters) << layer.name;
    cycles += layer.counters->cycles;
    EXPECT_EQ(layer.slots.has_value(), layer.runs_as == "array") << layer.name;
    if (!layer.slots) continue;
    const SlotShares& s = *layer.slots;
    EXPECT_NEAR(s.useful + s.not_computing + s.empty_lanes + s.no_job, 1, 1e-9) << layer.name;
    for (const double share : {s.useful, s.not_computing, s.empty_lanes, s.no_job})
      EXPECT_GE(share, 0) << layer.name;
    // The lanes of "point" and of the convolution are full but for the filters of the last group;
    // of a fully connected layer one in four counts.
    if (layer.name == "fc") EXPECT_GT(s.empty_lanes, 2 * s.useful);
  }
  EXPECT_EQ(cycles, report.counters.cycles);
  ASSERT_EQ(report.profile.size(), 4U);
  EXPECT_EQ(report.profile[1].name, "point");
}

TEST_F(SimulateJob, AStoppedJobGoesOnWhereItWas) {
  const json whole = lasting(run());
  options.store = folder.path() / "store";
  // Two of the images are there, as if it had been killed then; one record is half written.
  options.images = 2;
  (void)run();
  folder.write("store/image-2.json.123.part", "{\"in");
  options.images = 5;
  const SimulateReport report = run();
  EXPECT_EQ(report.resumed, 2U);
  EXPECT_EQ(lasting(report), whole);
  const SimulateReport again = run();
  EXPECT_EQ(again.resumed, 5U);
  EXPECT_EQ(lasting(again), whole);
  // A part of it is there as well.
  options.first = 3;
  options.images = 4;
  EXPECT_EQ(run().resumed, 2U);
}

TEST_F(SimulateJob, WhatIsFinishedWhenTheUserStopsIsKept) {
  options.store = folder.path() / "store";
  options.images = 400;
  std::stop_source stop;
  Observer observer;
  observer.progress = [&](const std::string& stage, double, const std::string&) {
    if (stage == "simulate" && fs::exists(*options.store / "image-1.json")) stop.request_stop();
  };
  EXPECT_THROW((void)simulate_network(options, observer, stop.get_token()), tb::Cancelled);
  options.images = 2;
  EXPECT_EQ(run().resumed, 2U);
}

TEST_F(SimulateJob, TheStoreOfAnotherRunIsRefused) {
  options.store = folder.path() / "store";
  options.images = 1;
  (void)run();
  const SimulateOptions same = options;
  const auto refusal = [&](const auto& change) {
    options = same;
    change();
    return words();
  };
  const auto advice = HasSubstr("; choose another folder for --store, or remove that one");
  EXPECT_THAT(refusal([&] { options.seed = 7; }),
              AllOf(HasSubstr("store holds a simulation with another --seed (1, now 7)"), advice));
  EXPECT_THAT(refusal([&] { options.layers = true; }), HasSubstr("another --layers (no, now yes)"));
  EXPECT_THAT(refusal([&] { options.stalls_per_1024 = 1; }),
              HasSubstr("another --stalls (0, now 1"));
  EXPECT_THAT(refusal([&] { options.latency_cycles = 9; }),
              HasSubstr("another --latency (32, now"));
  EXPECT_THAT(refusal([&] { options.plant_fault = "point"; }),
              HasSubstr("another --plant-fault (none, now point)"));
  EXPECT_THAT(refusal([&] {
                auto other = test::small_packed_model();
                other.network.name = "other";
                pack::save(other, test::small_provenance(), folder.path() / "other.sd");
                options.model = folder.path() / "other.sd";
              }),
              AllOf(HasSubstr("another model (sha256:"), advice));
  EXPECT_THAT(refusal([&] {
                use_images();
                options.images = 1;
              }),
              AllOf(HasSubstr("store holds image 0 of other data"), advice));
  EXPECT_THAT(refusal([&] { options.watchdog_cycles = 50'000; }), "") << "changes no result";
}

TEST_F(SimulateJob, AFolderThatIsNoStoreIsRefused) {
  folder.write("full/notes.txt", "mine");
  options.store = folder.path() / "full";
  EXPECT_THAT(words(), HasSubstr("full is not empty and holds no simulation; choose a new folder"));
  EXPECT_EQ(text_of(folder.path() / "full" / "notes.txt"), "mine");
  options.store = folder.write("file", "text");
  EXPECT_THAT(words(), HasSubstr("cannot make the folder"));
  folder.write("old/run.json", "{\"kind\": \"something else\"}");
  options.store = folder.path() / "old";
  EXPECT_THAT(words(), HasSubstr("old is no store of this version of smartdeal simulate"));
}

TEST_F(SimulateJob, ADamagedRecordIsNamed) {
  options.store = folder.path() / "store";
  options.images = 2;
  (void)run();
  folder.write("store/image-1.json", "{\"input\": ");
  EXPECT_THAT(words(), AllOf(HasSubstr("image-1.json is damaged ("),
                             HasSubstr("; remove it, and the image is simulated again")));
  fs::remove(*options.store / "image-1.json");
  EXPECT_EQ(run().resumed, 1U);
}

TEST_F(SimulateJob, APlantedFaultIsFoundNamedAndTraced) {
  options.plant_fault = "point";
  options.investigate = folder.path() / "wrong.fst";
  options.window_cycles = 300;
  options.jobs = 2;
  const SimulateReport report = run();
  EXPECT_FALSE(report.bit_exact());
  ASSERT_TRUE(report.mismatch);
  EXPECT_EQ(report.mismatch->image, 0U);
  EXPECT_EQ(report.mismatch->layer, "fc") << "all that comes to DRAM by itself";
  ASSERT_TRUE(report.fault);
  EXPECT_EQ(report.fault->layer, "point");
  EXPECT_EQ(report.fault->channel, 0);
  EXPECT_EQ(report.fault->group, 0);
  EXPECT_THAT(report.fault->store, HasSubstr("STORE"));
  EXPECT_THAT(report.fault->compute, HasSubstr("COMPUTE"));
  EXPECT_THAT(report.fault_seen_in, HasSubstr("every result written to DRAM"));
  EXPECT_EQ(report.waveform, options.investigate->string());
  EXPECT_GT(fs::file_size(*options.investigate), 500U);
  EXPECT_EQ(report.images, 1U);
  const json fault = json::parse(report_text(report)).at("results").at("first_fault");
  EXPECT_EQ(fault.at("layer"), "point");
  EXPECT_EQ(fault.at("cycle"), report.fault->cycle);
  // By layer, the map itself differs.
  options.layers = true;
  options.investigate.reset();
  const SimulateReport layered = run();
  EXPECT_EQ(layered.mismatch->layer, "point");
  EXPECT_EQ(layered.fault->layer, "point");
  EXPECT_EQ(layered.fault_seen_in, "the same program");
}

TEST_F(SimulateJob, AHangIsToldWithEveryHandshake) {
  options.memory_faults = {{.kind = tb::MemoryFault::Kind::no_answer, .nth = 4}};
  options.watchdog_cycles = 20'000;
  const SimulateReport report = run();
  EXPECT_FALSE(report.bit_exact());
  EXPECT_FALSE(report.mismatch);
  EXPECT_EQ(report.images, 0U);
  EXPECT_THAT(report.failure,
              AllOf(HasSubstr("image 0, "), HasSubstr("the accelerator hangs: stopped after 20"),
                    HasSubstr("handshakes:\nm_axi.ar valid "), HasSubstr("<- waits for"),
                    HasSubstr("last command: ")));
  ASSERT_TRUE(report.fault);
  EXPECT_GE(report.fault->cycle, 20'000U);
  EXPECT_EQ(json::parse(report_text(report)).at("results").at("failure"), report.failure);
}

TEST_F(SimulateJob, WhatIsWrongWithTheOptionsIsSaid) {
  options.plant_fault = "pool";
  EXPECT_THAT(words(), AllOf(HasSubstr("--plant-fault pool: no layer of this name has weights"),
                             HasSubstr("choose one of block/conv:1, point, fc")));
  options.plant_fault.reset();
  options.window_cycles = 0;
  EXPECT_THAT(words(), HasSubstr("--window 0: the allowed range is 1 to 10000000"));
  options.window_cycles = 1;
  options.jobs = 2000;
  EXPECT_THAT(words(), HasSubstr("--jobs 2000: the allowed range is 0 to 1024"));
  options.jobs = 1;
  use_images();
  options.first = 5;
  EXPECT_THAT(words(), HasSubstr("--first 5 --images 6: "));
  options.first = 0;
  options.model = folder.write("net.onnx", "text");
  EXPECT_THAT(words(), HasSubstr("net.onnx is not a .sd file; make one of it with smartdeal "
                                 "decompose"));
}

}  // namespace
}  // namespace sd::core
