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

// Inputs and outputs keep the names, dimensions and batch that the original had.
void expect_interface_kept(ModelBuilder m) {
  const Network network = m.import();
  const TemporaryFile file("again.onnx");
  export_onnx(network, file.path());
  const Network again = import_onnx(file.path());
  expect_equal(network, again);
  expect_same_interface(network, again);
}

TEST(RoundTrip, OneDimensionStaysOne) {
  ModelBuilder m = image({0, 2, 10});
  m.node("BatchNormalization",
         {"x", m.ramp("g", {2}), m.ramp("b", {2}), m.ramp("m", {2}), m.ramp("v", {2})}, "n");
  m.node("Conv", {"n", m.ramp("w", {3, 2, 5})}, "c").integers("pads", {2, 2});
  m.node("AveragePool", {"c"}, "y").integers("kernel_shape", {2}).integers("strides", {2});
  EXPECT_EQ(m.import().input_dims, (Ints{0, 2, 10}));
  EXPECT_EQ(m.import().output_tensors, (std::vector<OutputTensor>{{"y", {0, 3, 5}}}));
  expect_interface_kept(m);
}

TEST(RoundTrip, FeaturesStayFeatures) {
  ModelBuilder m = image({4, 6});
  m.node("Gemm", {"x", m.ramp("w", {6, 5})}, "h");
  m.node("Relu", {"h"}, "r");
  m.node("Gemm", {"r", m.ramp("v", {5, 3})}, "y");
  EXPECT_EQ(m.import().input_dims, (Ints{4, 6}));
  EXPECT_EQ(m.import().output_tensors, (std::vector<OutputTensor>{{"y", {4, 3}}}));
  expect_interface_kept(m);
}

TEST(RoundTrip, AReshapedResultIsReshapedAgain) {
  ModelBuilder m = image({0, 2, 4, 4});
  m.node("Conv", {"x", m.ramp("w", {3, 2, 1, 1})}, "c");
  m.node("Reshape", {"c", m.ints("s", {0, 3, 16})}, "y");
  EXPECT_EQ(m.import().output_tensors, (std::vector<OutputTensor>{{"y", {0, 3, 16}}}));
  expect_interface_kept(m);
}

}  // namespace
}  // namespace sd::graph
