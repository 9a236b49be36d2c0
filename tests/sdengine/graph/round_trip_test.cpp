// What export_onnx() writes, import_onnx() reads back as the same network.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "expect_equal.hpp"
#include "model_builder.hpp"
#include "random_network.hpp"
#include "sdengine/graph/onnx_export.hpp"

namespace sd::graph {
namespace {

/// Without operators that the output does not need, which the importer drops.
bool all_needed(const Network& network) {
  std::vector<bool> read(network.operators.size(), false);
  read[static_cast<std::size_t>(network.output())] = true;
  read[0] = true;
  for (const Operator& op : network.operators) {
    for (const int input : op.inputs) read[static_cast<std::size_t>(input)] = true;
  }
  return std::find(read.begin(), read.end(), false) == read.end();
}

TEST(RoundTrip, RandomNetworks) {
  const TemporaryFile file;
  int compared = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE(seed);
    const Network network = RandomNetwork(seed).make();
    ASSERT_NO_THROW(validate(network));
    if (!all_needed(network)) continue;
    export_onnx(network, file.path());
    expect_equal(network, import_onnx(file.path()));
    ++compared;
    if (HasFailure()) break;
  }
  EXPECT_GT(compared, 100);
}

TEST(RoundTrip, LeavesNothingElseAndReplacesTheOldFile) {
  const TemporaryFile file;
  write_bytes(file.path(), "old");
  const Network network = RandomNetwork(3).make();
  export_onnx(network, file.path());
  EXPECT_EQ(import_error(file.path()), "no error");
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(file.folder()))
    files += entry.exists() ? 1 : 0;
  EXPECT_EQ(files, 1);
}

TEST(RoundTrip, SaysWhenItCannotWrite) {
  const Network network = RandomNetwork(3).make();
  const TemporaryFile file;
  const std::string target = (file.folder() / "no" / "such.onnx").string();
  EXPECT_THAT([&] { export_onnx(network, target); },
              testing::ThrowsMessage<std::runtime_error>(
                  testing::StartsWith("cannot write '" + target + "': No such file or directory")));
  // The target is a folder: the file beside it must go too.
  std::filesystem::create_directories(file.path() / "inside");
  EXPECT_THROW(export_onnx(network, file.path()), std::runtime_error);
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(file.folder()))
    files += entry.exists() ? 1 : 0;
  EXPECT_EQ(files, 1);
}

TEST(RoundTrip, RefusesAnInvalidNetwork) {
  Network network = RandomNetwork(3).make();
  network.outputs = {1000};
  const TemporaryFile file;
  EXPECT_THROW(export_onnx(network, file.path()), ImportError);
  EXPECT_FALSE(std::filesystem::exists(file.path()));
}

}  // namespace
}  // namespace sd::graph
