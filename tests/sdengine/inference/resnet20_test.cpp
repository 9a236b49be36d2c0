// The yardstick itself: a framework's ResNet-20 on JPEG images, from file to decision.
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <tbb/parallel_for.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "sdengine/data/dataset.hpp"
#include "sdengine/graph/onnx_import.hpp"
#include "sdengine/inference/float_executor.hpp"

extern char** environ;

namespace sd::inference {
namespace {

namespace fs = std::filesystem;

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

class TemporaryFolder {
 public:
  TemporaryFolder()
      : path_(fs::temp_directory_path() / ("sd_resnet20_" + std::to_string(getpid()))) {
    fs::create_directories(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::vector<float> normalised(const data::Image& image, const graph::Preprocessing& p) {
  std::vector<float> result(image.values.size());
  const std::size_t plane = result.size() / p.mean.size();
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] =
        (static_cast<float>(image.values[i]) / 255.0F - p.mean[i / plane]) / p.stddev[i / plane];
  }
  return result;
}

int count_correct(const graph::Network& network, const data::Dataset& set) {
  const FloatExecutor executor(network);
  std::atomic<int> correct = 0;
  tbb::parallel_for(std::size_t{0}, set.size(), [&](std::size_t i) {
    const data::Sample sample = set.get(i);
    correct += argmax(executor.run(normalised(sample.image, network.preprocessing))) == sample.label
                   ? 1
                   : 0;
  });
  return correct;
}

// What ONNX semantics give on the pixels of the reference JPEG library.
TEST(ResNet20, Gets1757Of2000TestImagesRight) {
  const fs::path archive = shared_folder() / "data" / "cifar10_test.tar.xz";
  for (const char* name : {"resnet20_cifar10.onnx", "resnet20_cifar10_bn.onnx"}) {
    const fs::path model = shared_folder() / "models" / name;
    if (!fs::exists(archive) || !fs::exists(model)) {
      GTEST_SKIP() << "needs " << archive << " and " << model
                   << " (set SD_SHARED to the folder of shared material)";
    }
  }
  const TemporaryFolder folder;
  ASSERT_TRUE(unpack(archive, folder.path())) << "tar or xz failed on " << archive;
  const auto set = data::open_image_folder(folder.path());
  ASSERT_EQ(set->size(), 2000u);
  for (const char* name : {"resnet20_cifar10.onnx", "resnet20_cifar10_bn.onnx"}) {
    EXPECT_EQ(count_correct(graph::import_onnx(shared_folder() / "models" / name), *set), 1757)
        << name;
  }
}

}  // namespace
}  // namespace sd::inference
