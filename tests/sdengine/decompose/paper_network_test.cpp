// The whole ResNet-20 that the public code decomposed, at every setting:
// shared/reference/reference_decomposition.json.
#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <map>

#include "reference_material.hpp"
#include "sdengine/decompose/paper.hpp"

namespace sd::decompose {
namespace {

struct Layer {
  WeightShape shape;
  std::vector<float> weights;
};

/// The weights as they are in the file, batch norm not folded into them.
std::map<std::string, Layer> read_weights(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  onnx::ModelProto model;
  if (!model.ParseFromIstream(&in)) ADD_FAILURE() << file << " is no ONNX model";
  std::map<std::string, Layer> layers;
  for (const auto& tensor : model.graph().initializer()) {
    if (tensor.dims_size() != 2 && tensor.dims_size() != 4) continue;
    Layer layer;
    layer.shape.filters = static_cast<int>(tensor.dims(0));
    layer.shape.channels = static_cast<int>(tensor.dims(1));
    if (tensor.dims_size() == 4) {
      layer.shape.kernel_height = static_cast<int>(tensor.dims(2));
      layer.shape.kernel_width = static_cast<int>(tensor.dims(3));
    }
    layer.weights.resize(tensor.raw_data().size() / sizeof(float));
    std::memcpy(layer.weights.data(), tensor.raw_data().data(), tensor.raw_data().size());
    layers[tensor.name()] = std::move(layer);
  }
  return layers;
}

/// Equal to three digits: half a unit of the third one.
void expect_three_digits(double actual, double reference, const std::string& what) {
  const double unit =
      reference == 0 ? 1e-3 : std::pow(10.0, std::floor(std::log10(std::fabs(reference))) - 2);
  EXPECT_NEAR(actual, reference, 0.5 * unit) << what;
}

TEST(PaperNetwork, ResNet20IsTheReferencesAtEverySetting) {
  SD_NEEDS_SHARED("models/resnet20_cifar10_bn.onnx");
  SD_NEEDS_SHARED("reference/reference_decomposition.json");
  const auto weights = read_weights(testing::shared_folder() / "models/resnet20_cifar10_bn.onnx");
  const auto reference =
      testing::read_json(testing::shared_folder() / "reference/reference_decomposition.json")
          .at("resnet20_cifar10");
  ASSERT_EQ(reference.at("points").size(), 24U);
  for (const auto& point : reference.at("points")) {
    PaperSettings settings;
    settings.threshold = point.at("threshold");
    settings.scale = point.at("decompose_scale");
    settings.threshold_row = point.at("threshold_row");
    settings.levels = 127;
    const std::string name = "threshold " + std::to_string(settings.threshold) +
                             (settings.scale ? ", scale" : "") +
                             (settings.threshold_row ? ", rows" : "");
    SCOPED_TRACE(name);
    std::vector<LayerCounts> counts;
    double error = 0;
    double energy = 0;
    double sum_of_errors = 0;
    double largest_error = 0;
    std::size_t slices = 0;
    for (const auto& expected : point.at("layers")) {
      const std::string layer_name = expected.at("layer");
      const Layer& layer = weights.at(layer_name);
      const PaperDecomposition result = decompose_paper(layer.weights, layer.shape, settings);
      EXPECT_EQ(result.dropped, 0);
      const double relative_error = result.layer.relative_error;
      expect_three_digits(relative_error, expected.at("rel_err"), layer_name + " rel_err");
      const ReferenceAccount own = reference_account(std::vector{result.counts});
      expect_three_digits(own.sparsity(), expected.at("sparsity"), layer_name + " sparsity");
      expect_three_digits(own.row_sparsity(), expected.at("row_sparsity"),
                          layer_name + " row_sparsity");
      double layer_energy = 0;
      for (const float w : layer.weights) layer_energy += static_cast<double>(w) * w;
      error += relative_error * relative_error * layer_energy;
      energy += layer_energy;
      sum_of_errors += relative_error;
      largest_error = std::max(largest_error, relative_error);
      slices += static_cast<std::size_t>(result.layer.layout.bases());
      counts.push_back(result.counts);
    }
    const ReferenceAccount account = reference_account(counts);
    expect_three_digits(std::sqrt(error / energy), point.at("rel_err_total"), "rel_err_total");
    expect_three_digits(sum_of_errors / static_cast<double>(counts.size()),
                        point.at("rel_err_layer_mean"), "rel_err_layer_mean");
    expect_three_digits(largest_error, point.at("rel_err_layer_max"), "rel_err_layer_max");
    expect_three_digits(account.sparsity(), point.at("sparsity"), "sparsity");
    expect_three_digits(account.row_sparsity(), point.at("row_sparsity"), "row_sparsity");
    expect_three_digits(account.ratio(32), point.at("CR_B32"), "CR_B32");
    expect_three_digits(account.ratio(8), point.at("CR_B8"), "CR_B8");
    expect_three_digits(account.ratio_row_index(8), point.at("CR_row_index_B8"), "CR_row_index_B8");
    expect_three_digits(static_cast<double>(account.nonzeros), point.at("nnz"), "nnz");
    EXPECT_EQ(account.weights, point.at("numel_W").get<std::int64_t>());
    EXPECT_EQ(account.coefficients, point.at("numel_C").get<std::int64_t>());
    EXPECT_EQ(account.basis_elements, point.at("numel_B").get<std::int64_t>());
    EXPECT_EQ(account.rows, point.at("rows").get<std::int64_t>());
    EXPECT_EQ(account.distinct_magnitudes, point.at("distinct_magnitudes_incl0").get<int>());
    EXPECT_EQ(account.c_bit(), point.at("C_bit").get<int>());
    EXPECT_EQ(slices, point.at("nslices").get<std::size_t>());
  }
}

}  // namespace
}  // namespace sd::decompose
