// A framework's own ResNet-20, every layer of it, against the integer reference.
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
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

  /// Executes every layer on the values that the reference gives it; returns what the layers did
  /// together.
  schedule::Activity run(const design::DesignPoint& design) const {
    const integer::Executor reference(model_);
    std::map<int, integer::Tensor> values;
    (void)reference.run(reference.quantise_input(image_),
                        [&](int index, const integer::Tensor& v) { values[index] = v; });
    auto program = schedule::build_program(*model_, design);
    for (const auto& off : program.off_chip)
      EXPECT_FALSE(
          model_->network.operators[static_cast<std::size_t>(off.operator_index)].has_weights())
          << off.reason;
    EXPECT_EQ(program.layers.size(), 20U);
    schedule::Activity sum;
    for (const auto& layer : program.layers) {
      const auto index = static_cast<std::size_t>(layer.operator_index);
      const auto& op = model_->network.operators[index];
      if (!values.contains(op.inputs[0])) values[op.inputs[0]] = reference.quantise_input(image_);
      schedule::write_tensor(program.image, *program.inputs[index], values.at(op.inputs[0]));
      schedule::require_ordered(design, program.image, layer.program_address, layer.commands);
      sum +=
          schedule::interpret(design, program.image, layer.program_address, layer.commands, index);
      EXPECT_EQ(schedule::read_tensor(program.image, *program.outputs[index]),
                values.at(layer.operator_index))
          << op.name;
    }
    return sum;
  }

  std::vector<float> image_;
  std::shared_ptr<pack::PackedModel> model_;
};

TEST_F(ResNet20, EveryLayerIsExactOnTheDefaultDesignAndItsBaseline) {
  const design::DesignPoint design;
  const auto sd = run(design);
  const auto dense = run(design.dense_baseline());
  EXPECT_EQ(sd.outputs, dense.outputs);
  EXPECT_LT(sd.macs, dense.macs);
  EXPECT_LT(sd.dram_read_beats, dense.dram_read_beats);
  EXPECT_LT(sd.rows_executed, dense.rows_executed);
}

TEST_F(ResNet20, EveryLayerIsExactInSmallBuffers) {
  design::DesignPoint design;
  design.slices = 4, design.macs = 4, design.mac_kind = design::MacKind::parallel;
  design.input_buffer_bytes = 16 * 1024;
  design.weight_buffer_bytes = 4 * 1024;
  design.index_buffer_entries = 400;
  design.output_buffer_bytes = 2 * 1024;
  (void)run(design);
}

}  // namespace
