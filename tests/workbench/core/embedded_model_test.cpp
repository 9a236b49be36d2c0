#include "embedded_model.hpp"

#include <gtest/gtest.h>

#include "image_reader.hpp"
#include "sdengine/inference/float_executor.hpp"
#include "temporary_folder.hpp"

namespace sd::core {
namespace {

TEST(EmbeddedModel, IsTheCommittedFile) {
  const auto bytes = embedded_model();
  EXPECT_EQ(
      std::string(bytes.begin(), bytes.end()),
      test::text_of(std::filesystem::path(SD_SOURCE_DIR) / "workbench/core/models/default.onnx"));
  EXPECT_LT(bytes.size(), 300'000U);
}

TEST(EmbeddedModel, ClassifiesShapesThatItWasNotTrainedOn) {
  const graph::Network network = import_embedded_model();
  EXPECT_TRUE(network.preprocessing.from_model);
  const auto shapes = data::generated_shapes(300, data::shapes_test_seed);
  EXPECT_EQ(network.class_names, shapes->class_names());
  const ImageReader reader(network, *shapes);
  const inference::FloatExecutor executor(network);
  int right = 0;
  for (std::size_t i = 0; i < shapes->size(); ++i) {
    const Example example = reader.get(i);
    right += inference::argmax(executor.run(example.pixels)) == example.label ? 1 : 0;
  }
  EXPECT_GE(right, 285);  // 95 %
}

}  // namespace
}  // namespace sd::core
