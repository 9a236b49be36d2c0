// OpenCV's dnn module, which shares no code with us, as judge of imports and exports: an original
// ONNX file, our export of it and our export with Ce and B give the same outputs.
#include <gtest/gtest.h>

#include <cstdlib>
#include <opencv2/dnn.hpp>
#include <random>

#include "../model_builder.hpp"
#include "../random_factors.hpp"
#include "sdengine/graph/batch_norm.hpp"
#include "sdengine/graph/onnx_export.hpp"
#include "sdengine/graph/onnx_import.hpp"
#include "sdengine/inference/float_executor.hpp"

namespace sd::graph {
namespace {

namespace fs = std::filesystem;

using Values = std::vector<float>;

Values random_values(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Values values(count);
  for (float& v : values)
    v = static_cast<float>(static_cast<double>(random() >> 11) * 0x1p-52 - 1.0);
  return values;
}

/// The values called `names` for one image.
std::vector<Values> run(const fs::path& file, const std::vector<std::int64_t>& dims,
                        const Values& image, const std::vector<std::string>& names) {
  cv::dnn::Net net = cv::dnn::readNetFromONNX(file.string());
  std::vector<int> sizes(dims.begin(), dims.end());
  sizes[0] = 1;
  cv::Mat input(sizes, CV_32F);
  std::copy(image.begin(), image.end(), input.ptr<float>());
  net.setInput(input);
  std::vector<cv::Mat> outputs;
  net.forward(outputs, std::vector<cv::String>(names.begin(), names.end()));
  std::vector<Values> result;
  for (const cv::Mat& output : outputs) {
    const cv::Mat whole = output.isContinuous() ? output : output.clone();
    result.emplace_back(whole.ptr<float>(), whole.ptr<float>() + whole.total());
  }
  return result;
}

void expect_near(const std::vector<Values>& a, const std::vector<Values>& b, double tolerance) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    ASSERT_EQ(a[i].size(), b[i].size()) << "output " << i;
    double largest = 0;
    for (std::size_t k = 0; k < a[i].size(); ++k)
      largest = std::max(largest, std::abs(double{a[i][k]} - b[i][k]));
    EXPECT_LE(largest, tolerance) << "output " << i;
  }
}

std::vector<std::string> names_of(const Network& network) {
  std::vector<std::string> names;
  for (const OutputTensor& tensor : network.output_tensors) names.push_back(tensor.name);
  return names;
}

/// All checks of one model. `names` are its outputs.
void judge(const fs::path& original, const std::vector<std::string>& names) {
  const TemporaryFile exported("exported.onnx");
  const fs::path rebuilt_file = exported.folder() / "rebuilt.onnx",
                 factored_file = exported.folder() / "factored.onnx";
  Network network = import_onnx(original);
  export_onnx(network, exported.path());
  const Values image = random_values(network.input_shape().elements(), 1);
  const std::vector<std::int64_t>& dims = network.input_dims;
  const std::vector<Values> want = run(original, dims, image, names);
  expect_near(want, run(exported.path(), dims, image, names), 1e-4);

  // What our own executor computes, where the network ends.
  const Values ours = inference::FloatExecutor(network).run(image);
  Network body = network;
  body.postprocessing.clear();
  const fs::path body_file = exported.folder() / "body.onnx";
  export_onnx(body, body_file);
  Values theirs;
  for (const Values& part : run(body_file, dims, image, names_of(network)))
    theirs.insert(theirs.end(), part.begin(), part.end());
  expect_near({ours}, {theirs}, 1e-4 * (1 + std::abs(*std::max_element(ours.begin(), ours.end()))));

  std::vector<FactoredWeights> factored;
  for (int i = 0; i < static_cast<int>(network.operators.size()); ++i) {
    const Operator& op = network.operators[static_cast<std::size_t>(i)];
    if (!op.has_weights()) continue;
    const bool depthwise = op.groups > 1;
    factored.push_back(split(network, i, i % 2 == 0 ? 1 << 20 : 5, depthwise ? 8 : 1 + i % 3));
  }
  export_onnx(network, rebuilt_file);
  export_onnx_factored(network, factored, factored_file);
  const std::vector<Values> rebuilt = run(rebuilt_file, dims, image, names);
  expect_near(rebuilt, run(factored_file, dims, image, names), 1e-6);
  expect_near(want, rebuilt, 1e-3);  // the factors are the original weights, rounded anew
}

/// Every kind of operator that OpenCV 4.6 can read, and a tail.
ModelBuilder built_here(int opset) {
  ModelBuilder m = image({1, 3, 12, 14}, opset);
  const auto weights = [&](const std::string& name, const Ints& dims, std::uint64_t seed) {
    std::size_t count = 1;
    for (const std::int64_t dim : dims) count *= static_cast<std::size_t>(dim);
    return m.floats(name, dims, random_values(count, seed));
  };
  m.node("Conv", {"x", weights("w1", {8, 3, 3, 3}, 2), weights("b1", {8}, 3)}, "c1")
      .integers("pads", {1, 0, 2, 1})
      .integers("kernel_shape", {3, 3});
  m.node("BatchNormalization",
         {"c1", weights("g", {8}, 4), weights("b", {8}, 5), weights("m", {8}, 6), m.ramp("v", {8})},
         "n1");
  m.node("Relu", {"n1"}, "r1");
  m.node("Conv", {"r1", weights("w2", {8, 1, 3, 3}, 7)}, "depthwise")
      .integers("kernel_shape", {3, 3})
      .integers("pads", {2, 2, 2, 2})
      .integers("dilations", {2, 2})
      .integer("group", 8);
  m.node("Conv", {"depthwise", weights("w3", {8, 4, 1, 1}, 8)}, "grouped")
      .integers("kernel_shape", {1, 1})
      .integer("group", 2);
  m.node("Add", {"grouped", "r1"}, "sum");
  m.node("Relu", {"sum"}, "r2");
  m.node("MaxPool", {"r2"}, "largest").integers("kernel_shape", {3, 3}).integers("strides", {2, 2});
  m.node("AveragePool", {"r2"}, "mean")
      .integers("kernel_shape", {2, 2})
      .integers("strides", {2, 2});
  m.node("Conv", {"largest", weights("w4", {5, 8, 1, 3}, 9)}, "row")
      .integers("kernel_shape", {1, 3})
      .integers("pads", {0, 1, 0, 1});
  m.node("Conv", {"mean", weights("w5", {4, 8, 3, 1}, 10)}, "column")
      .integers("kernel_shape", {3, 1})
      .integers("pads", {1, 0, 1, 0});
  m.node("Concat", {"row", "column"}, "joined").integer("axis", 1);
  m.node("Conv", {"joined", weights("w6", {4, 9, 1, 1}, 11)}, "scores")
      .integers("kernel_shape", {1, 1});
  m.node("Transpose", {"scores"}, "t").integers("perm", {0, 2, 3, 1});
  m.node("Reshape", {"t", m.ints("pairs", {1, -1, 2})}, "pairs_of_scores");
  m.node("Softmax", {"pairs_of_scores"}, "probabilities").integer("axis", 2);
  m.node("GlobalAveragePool", {"joined"}, "pooled");
  m.node("Flatten", {"pooled"}, "flat").integer("axis", 1);
  m.node("Gemm", {"flat", weights("w7", {6, 9}, 12), weights("b7", {6}, 13)}, "logits")
      .integer("transB", 1);
  for (const auto& [name, dims] :
       {std::pair<const char*, Ints>{"probabilities", {1, 72, 2}}, {"logits", {1, 6}}}) {
    auto& output = *m.graph().add_output();
    output.set_name(name);
    auto* type = output.mutable_type()->mutable_tensor_type();
    type->set_elem_type(onnx::TensorProto::FLOAT);
    for (const std::int64_t dim : dims) type->mutable_shape()->add_dim()->set_dim_value(dim);
  }
  return m;
}

class OpenCv : public testing::TestWithParam<int> {};

TEST_P(OpenCv, RunsWhatWeExport) {
  const TemporaryFile file;
  write_bytes(file.path(), built_here(GetParam()).bytes());
  judge(file.path(), {"probabilities", "logits"});
}

INSTANTIATE_TEST_SUITE_P(Opset, OpenCv, testing::Values(9, 11, 13));

fs::path shared_model(const std::string& name) {
  const char* folder = std::getenv("SD_SHARED");
  const fs::path shared = folder != nullptr ? folder : SD_SOURCE_DIR "/../shared";
  return shared / "models" / name;
}

void judge_shared(const std::string& name, const std::vector<std::string>& outputs) {
  const fs::path file = shared_model(name);
  if (!fs::exists(file))
    GTEST_SKIP() << "needs " << file << " (set SD_SHARED to the folder of shared material)";
  judge(file, outputs);
}

TEST(OpenCvShared, FaceDetector) {
  judge_shared("rfb320.onnx", {"scores", "boxes"});
}

TEST(OpenCvShared, ResNet20) {
  judge_shared("resnet20_cifar10.onnx", {"logits"});
}

TEST(OpenCvShared, ResNet20WithBatchNorm) {
  judge_shared("resnet20_cifar10_bn.onnx", {"logits"});
}

}  // namespace
}  // namespace sd::graph
