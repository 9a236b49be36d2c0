// A framework's own ResNet-20, every layer of it, against the integer reference.
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <random>

#include "rtl/schedule/interpreter.hpp"
#include "rtl/schedule/program.hpp"
#include "sdengine/decompose/decompose.hpp"
#include "sdengine/graph/onnx_import.hpp"
#include "sdengine/integer/calibrate.hpp"
#include "sdengine/integer/executor.hpp"

namespace {

using namespace sd;

class ResNet20 : public testing::Test {
 protected:
  static std::filesystem::path file() {
    const char* folder = std::getenv("SD_SHARED");
    const std::filesystem::path shared = folder != nullptr ? folder : SD_SOURCE_DIR "/../shared";
    return shared / "models/resnet20_cifar10.onnx";
  }

  void SetUp() override {
    if (!std::filesystem::exists(file()))
      GTEST_SKIP() << "needs " << file() << " (set SD_SHARED to the folder of shared material)";
    const graph::Network network = graph::import_onnx(file());
    std::vector<pack::LayerChoice> choices(network.operators.size());
    decompose::Settings settings;
    settings.max_iterations = 1;  // any decomposition will do
    settings.hops = 0;
    settings.prune_group = 8;
    settings.prune_energy = 0.01;
    for (std::size_t i = 0; i < choices.size(); ++i)
      if (network.operators[i].has_weights())
        choices[i].decomposition =
            decompose::decompose(network.operators[i].weights,
                                 pack::weight_shape(network, static_cast<int>(i)), settings);
    std::mt19937_64 random(1);
    std::normal_distribution<float> normal;
    image_.resize(network.input_shape().elements());
    for (float& pixel : image_) pixel = normal(random);
    const std::vector<std::vector<float>> images{image_};
    model_ = std::make_shared<pack::PackedModel>(
        pack::pack(network, choices, integer::calibrate(network, images)));
  }

  /// Runs the network as one command list, every result in DRAM compared.
  schedule::Activity run(const design::DesignPoint& design,
                         const schedule::ScheduleOptions& options) const {
    const integer::Executor reference(model_);
    const integer::Tensor image = reference.quantise_input(image_);
    std::map<int, integer::Tensor> values;
    (void)reference.run(image, [&](int index, const integer::Tensor& v) { values[index] = v; });
    auto program = schedule::build_program(*model_, design, options);
    EXPECT_TRUE(program.off_chip.empty());
    EXPECT_EQ(program.runs.size(), 1U);
    const schedule::ProgramRun& run = program.runs.front();
    EXPECT_EQ(run.reads, std::vector{0});
    schedule::write_tensor(program.image, *program.maps[0], image);
    schedule::require_ordered(design, program.image, run.program_address, run.commands);
    const auto activity =
        schedule::interpret(design, program.image, run.program_address, run.commands, 7);
    for (const int index : run.writes)
      EXPECT_EQ(
          schedule::read_tensor(program.image, *program.maps[static_cast<std::size_t>(index)]),
          values.at(index))
          << model_->network.operators[static_cast<std::size_t>(index)].name;
    EXPECT_EQ(run.writes.size() > 1, options.export_maps || !options.keep_on_chip);
    if (std::getenv("SD_PRINT_LISTING") != nullptr)
      std::cout << schedule::listing(program, *model_, false);
    return activity;
  }

  std::vector<float> image_;
  std::shared_ptr<pack::PackedModel> model_;
};

TEST_F(ResNet20, EveryLayerIsExactOnTheDefaultDesignAndItsBaseline) {
  const design::DesignPoint design;
  schedule::ScheduleOptions all;
  all.export_maps = true;
  all.fuse_additions = false;
  const auto sd = run(design, all);
  const auto dense = run(design.dense_baseline(), all);
  EXPECT_EQ(sd.outputs, dense.outputs);
  EXPECT_LT(sd.macs, dense.macs);
  EXPECT_LT(sd.dram_read_beats, dense.dram_read_beats);
  EXPECT_LT(sd.rows_executed, dense.rows_executed);
}

TEST_F(ResNet20, StaysOnChipButForItsWeightsWhereTheBufferHoldsTheMaps) {
  const design::DesignPoint design;
  const auto on_chip = run(design, {});
  schedule::ScheduleOptions spill;
  spill.keep_on_chip = false;
  const auto spilled = run(design, spill);
  EXPECT_EQ(on_chip.dram_write_beats, 10U);  // ten classes, a row each
  EXPECT_GT(spilled.dram_write_beats, 1000U);
  EXPECT_EQ(on_chip.macs, spilled.macs);
}

TEST_F(ResNet20, EveryLayerIsExactInSmallBuffers) {
  design::DesignPoint design;
  design.slices = 4, design.macs = 4, design.mac_kind = design::MacKind::parallel;
  design.input_buffer_bytes = 16 * 1024;
  design.weight_buffer_bytes = 4 * 1024;
  design.index_buffer_entries = 400;
  design.output_buffer_bytes = 2 * 1024;
  schedule::ScheduleOptions all;
  all.export_maps = true;
  (void)run(design, all);
}

}  // namespace
