// What decomposition and 8 bits cost a trained network: float, SD float and SD integer on real
// images.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <tbb/parallel_for.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "sdengine/data/dataset.hpp"
#include "sdengine/decompose/decompose.hpp"
#include "sdengine/graph/onnx_import.hpp"
#include "sdengine/inference/float_executor.hpp"
#include "sdengine/integer/calibrate.hpp"
#include "sdengine/integer/executor.hpp"

extern char** environ;

namespace sd::integer {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t image_count = 300, calibration_count = 64;

fs::path shared_folder() {
  const char* folder = std::getenv("SD_SHARED");
  return folder != nullptr ? folder : SD_SOURCE_DIR "/../shared";
}

bool unpack(const fs::path& archive, const fs::path& into) {
  std::string program = "tar", option = "-C", target = into.string(), mode = "-xJf",
              file = archive.string();
  char* arguments[] = {program.data(), option.data(), target.data(),
                       mode.data(),    file.data(),   nullptr};
  pid_t child = 0;
  int status = 0;
  return posix_spawnp(&child, "tar", nullptr, nullptr, arguments, environ) == 0 &&
         waitpid(child, &status, 0) == child && status == 0;
}

struct TemporaryFolder {
  fs::path path = fs::temp_directory_path() / fmt::format("sd_integer_resnet20_{}", getpid());
  TemporaryFolder() { fs::create_directories(path); }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
};

struct Images {
  std::vector<std::vector<float>> values;
  std::vector<int> labels;
};

Images read_images(const data::Dataset& set, const graph::Preprocessing& p) {
  Images images;
  for (std::size_t i = 0; i < image_count; ++i) {
    const data::Sample sample = set.get(i);
    const std::size_t plane = sample.image.values.size() / p.mean.size();
    std::vector<float>& image = images.values.emplace_back();
    for (std::size_t k = 0; k < sample.image.values.size(); ++k)
      image.push_back((static_cast<float>(sample.image.values[k]) / 255.0F - p.mean[k / plane]) /
                      p.stddev[k / plane]);
    images.labels.push_back(sample.label);
  }
  return images;
}

template <typename Decide>
std::vector<int> decisions(const Images& images, Decide decide) {
  std::vector<int> result(images.values.size());
  tbb::parallel_for(std::size_t{0}, result.size(),
                    [&](std::size_t i) { result[i] = decide(images.values[i]); });
  return result;
}

std::vector<int> float_decisions(const graph::Network& network, const Images& images) {
  const inference::FloatExecutor executor(network);
  return decisions(images, [&](const std::vector<float>& image) {
    return inference::argmax(executor.run(image));
  });
}

double agreement(const std::vector<int>& a, const std::vector<int>& b) {
  int equal = 0;
  for (std::size_t i = 0; i < a.size(); ++i) equal += a[i] == b[i] ? 1 : 0;
  return static_cast<double>(equal) / static_cast<double>(a.size());
}

TEST(ResNet20, DecomposedAndInIntegersItStillKnowsItsClasses) {
  const fs::path archive = shared_folder() / "data" / "cifar10_test.tar.xz";
  const fs::path model_file = shared_folder() / "models" / "resnet20_cifar10.onnx";
  if (!fs::exists(archive) || !fs::exists(model_file))
    GTEST_SKIP() << "needs " << archive << " and " << model_file
                 << " (set SD_SHARED to the folder of shared material)";
  const TemporaryFolder folder;
  ASSERT_TRUE(unpack(archive, folder.path)) << "tar or xz failed on " << archive;
  const graph::Network network = graph::import_onnx(model_file);
  const Images images = read_images(*data::open_image_folder(folder.path), network.preprocessing);
  const auto calibration = std::span(images.values).first(calibration_count);

  decompose::Settings settings;
  settings.prune_energy = 0.01;
  std::vector<pack::LayerChoice> choices(network.operators.size());
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (!network.operators[i].has_weights()) continue;
    choices[i].decomposition = decompose::decompose(
        network.operators[i].weights, pack::weight_shape(network, static_cast<int>(i)), settings);
    EXPECT_LT(choices[i].decomposition->relative_error, 0.15) << network.operators[i].name;
  }
  measure_input_means(network, calibration, choices);
  const graph::Network rebuilt = pack::with_rebuilt_weights(network, choices);
  const auto packed = std::make_shared<const pack::PackedModel>(
      pack::pack(network, choices, calibrate(rebuilt, calibration)));
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (choices[i].decomposition) {
      EXPECT_LT(packed->layers[i]->relative_error,
                std::hypot(choices[i].decomposition->relative_error, 0.025))
          << network.operators[i].name;
    }
  }

  const Executor executor(packed);
  const std::vector<int> in_float = float_decisions(network, images);
  const std::vector<int> sd_float = float_decisions(rebuilt, images);
  const std::vector<int> sd_integer = decisions(images, [&](const std::vector<float>& image) {
    return argmax(executor.run(executor.quantise_input(image)));
  });
  std::cout << fmt::format(
      "{} images: float {:.4f}, SD float {:.4f}, SD integer {:.4f}; SD integer decides as SD float "
      "does on {:.4f}\n",
      image_count, agreement(in_float, images.labels), agreement(sd_float, images.labels),
      agreement(sd_integer, images.labels), agreement(sd_integer, sd_float));
  EXPECT_GT(agreement(sd_float, images.labels), agreement(in_float, images.labels) - 0.01);
  EXPECT_NEAR(agreement(sd_integer, images.labels), agreement(sd_float, images.labels), 0.01);
  EXPECT_GT(agreement(sd_integer, sd_float), 0.975);
}

}  // namespace
}  // namespace sd::integer
