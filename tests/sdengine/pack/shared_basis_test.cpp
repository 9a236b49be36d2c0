// Bases that several filters share, and factors of filters: laws of their quantisation.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "equal_models.hpp"
#include "real_weights.hpp"
#include "shared_bases.hpp"

namespace sd::pack {
namespace {

using testing::adopt;
using testing::CodeShape;
using testing::expect_equal;
using testing::NetworkBuilder;
using testing::random_decomposition;
using testing::ranges;
using testing::real_weights;
using testing::square;

/// One convolution with these weights' decomposition, packed.
PackedLayer pack_one(const decompose::Decomposition& d, int groups = 1) {
  NetworkBuilder b({d.shape.channels * groups, 6, 6}, 1);
  graph::Window window = square(1);
  window.kernel_height = d.shape.kernel_height;
  window.kernel_width = d.shape.kernel_width;
  b.convolution(0, d.shape.filters, window, groups);
  graph::Network network = b.network();
  network.operators[1].bias.assign(static_cast<std::size_t>(d.shape.filters), 0.1F);
  adopt(network.operators[1], d);
  std::vector<LayerChoice> choices(2);
  choices[1].decomposition = d;
  const PackedModel model = pack(network, choices, ranges(network, 50));
  validate(model);
  return *model.layers[1];
}

double error_of_filter(const decompose::Decomposition& d, const PackedLayer& layer, int filter) {
  const std::vector<float> target = decompose::from_matrices(d.rebuild(), d.shape, d.layout);
  const std::vector<float> stored = real_weights(layer);
  const std::size_t size = target.size() / static_cast<std::size_t>(d.shape.filters);
  double error = 0, energy = 0;
  for (std::size_t k = static_cast<std::size_t>(filter) * size;
       k < static_cast<std::size_t>(filter + 1) * size; ++k) {
    error += std::pow(static_cast<double>(target[k]) - stored[k], 2);
    energy += std::pow(static_cast<double>(target[k]), 2);
  }
  return energy > 0 ? std::sqrt(error / energy) : 0;
}

TEST(SharedBasis, IntegersAreNearlyAsGoodAsFloats) {
  std::uint64_t seed = 1;
  for (const int filters_per_basis : {1, 2, 5, 12})
    for (const auto& [rank, levels] : {std::pair{4, 3}, std::pair{3, 7}, std::pair{2, 1}}) {
      const CodeShape code{rank, levels, 3, 9, filters_per_basis};
      const auto d = random_decomposition({12, 5, 3, 3, false}, code, ++seed);
      const PackedLayer layer = pack_one(d);
      EXPECT_EQ(layer.basis.size(),
                static_cast<std::size_t>(d.layout.bases() * rank * d.layout.columns));
      EXPECT_LT(layer.relative_error, 0.03) << filters_per_basis << " " << rank << " " << levels;
      for (int m = 0; m < 12; ++m)
        EXPECT_LT(error_of_filter(d, layer, m), 0.06)
            << filters_per_basis << " " << rank << " " << levels << " filter " << m;
    }
}

TEST(SharedBasis, AFactorThatIsAPowerOfTwoIsTheSameAsALargerBasis) {
  for (const int filters_per_basis : {1, 3}) {
    CodeShape code{3, 4, 3, 8, filters_per_basis, false};
    decompose::Decomposition in_basis = random_decomposition({6, 4, 3, 3, false}, code, 5);
    decompose::Decomposition in_factor = in_basis;
    for (float& b : in_basis.basis) b *= 4;
    in_factor.filter_scale.assign(6, 4.0F);
    expect_equal(pack_one(in_basis), pack_one(in_factor));
  }
}

TEST(SharedBasis, ANegativeFactorIsTheSameAsNegatedCodes) {
  CodeShape code{3, 4, 3, 8, 3, false};
  decompose::Decomposition negated = random_decomposition({6, 4, 3, 3, false}, code, 6);
  decompose::Decomposition factors = negated;
  factors.filter_scale = {1, -1, 1, 1, 1, -1};
  negated.filter_scale.assign(6, 1.0F);
  const std::size_t size = static_cast<std::size_t>(negated.layout.rows * negated.rank);
  for (const std::size_t m : {1U, 5U})
    for (std::size_t k = m * size; k < (m + 1) * size; ++k)
      negated.coefficients[k] = static_cast<decompose::Coefficient>(-negated.coefficients[k]);
  expect_equal(pack_one(negated), pack_one(factors));
}

TEST(SharedBasis, AFactorOfZeroGivesAFilterOfZeros) {
  decompose::Decomposition d = random_decomposition({4, 4, 3, 3, false}, {3, 4, 3, 8, 4}, 7);
  d.filter_scale[2] = 0;
  const PackedLayer layer = pack_one(d);
  for (int row = 0; row < layer.layout.rows; ++row) EXPECT_TRUE(layer.row_is_zero(2, row));
  for (const int m : {0, 1, 3}) EXPECT_LT(error_of_filter(d, layer, m), 0.06);
}

TEST(SharedBasis, TwoEqualFiltersAreNoWorseThanOne) {
  // Their error is exactly twice that of one, so that the search takes the same way, and then has
  // shifts to move.
  const CodeShape alone{3, 5, 3, 8, 1, false};
  const decompose::Decomposition one = random_decomposition({1, 4, 3, 3, false}, alone, 8);
  decompose::Decomposition two =
      random_decomposition({2, 4, 3, 3, false}, {3, 5, 3, 8, 2, false}, 8);
  two.basis = one.basis;
  two.coefficients = one.coefficients;
  two.coefficients.insert(two.coefficients.end(), one.coefficients.begin(), one.coefficients.end());
  const PackedLayer a = pack_one(one), b = pack_one(two);
  EXPECT_EQ(a.basis.size(), b.basis.size());
  for (int m = 0; m < 2; ++m) EXPECT_LE(error_of_filter(two, b, m), error_of_filter(one, a, 0));
}

TEST(SharedBasis, FiltersOfFinerWeightsHaveSmallerShifts) {
  // The same codes at factors 2^0, 2^-1, ...: each of them fills its eight bits with the same
  // shift; but coarser codes (smaller coefficients) need a smaller shift.
  decompose::Decomposition d =
      random_decomposition({4, 6, 3, 3, false}, {3, 7, 3, 32, 4, false}, 9);
  const std::size_t size = static_cast<std::size_t>(d.layout.rows * d.rank);
  for (std::size_t m = 0; m < 4; ++m)
    for (std::size_t k = 0; k < size; ++k) {
      const int first = d.coefficients[k];
      const int step = static_cast<int>(m);
      // Exponents of filter 0 are 0..3, and one more in every filter after it.
      const int magnitude = first == 0 ? 0 : 1 + (std::abs(first) - 1) % 4 + step;
      d.coefficients[m * size + k] =
          static_cast<decompose::Coefficient>(first < 0 ? -magnitude : magnitude);
    }
  const PackedLayer layer = pack_one(d);
  for (std::size_t m = 1; m < 4; ++m)
    EXPECT_EQ(layer.rebuild_shift[m] + 1, layer.rebuild_shift[m - 1]) << m;
  for (int m = 0; m < 4; ++m) EXPECT_LT(error_of_filter(d, layer, m), 0.02);
}

TEST(SharedBasis, PermutingGroupsPermutesTheResult) {
  const CodeShape code{3, 4, 3, 8, 2};
  const decompose::Decomposition d = random_decomposition({6, 4, 3, 3, false}, code, 10);
  decompose::Decomposition turned = d;  // groups 1, 2, 0
  const auto turn = [](auto& values) {
    std::rotate(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 3),
                values.end());
  };
  turn(turned.coefficients);
  turn(turned.basis);
  turn(turned.filter_scale);
  PackedLayer expected = pack_one(d);
  const PackedLayer layer = pack_one(turned);
  turn(expected.coefficients);
  turn(expected.basis);
  turn(expected.rebuild_shift);
  turn(expected.weight_scale);
  turn(expected.stages);
  EXPECT_NEAR(expected.relative_error, layer.relative_error, 1e-12);  // a sum in another order
  expected.relative_error = layer.relative_error;
  expect_equal(expected, layer);
}

TEST(SharedBasis, EveryKindOfLayerPacks) {
  // Depthwise (a multiplier of 2 too), grouped, dilated, 1x1, tall kernels, fully connected; groups
  // of filters that do not divide the layer.
  NetworkBuilder b({6, 12, 12}, 3);
  int x = b.convolution(0, 6, square(3, 1, 1), 6);
  x = b.convolution(x, 12, square(3, 2, 1), 6);
  x = b.convolution(x, 8, square(3, 1, 2, 2), 4);
  x = b.convolution(x, 10, square(1));
  graph::Window tall = square(1);
  tall.kernel_height = 5;
  x = b.convolution(x, 7, tall);
  x = b.convolution(x, 7, square(2), 7);
  b.fully_connected(x, 9);
  graph::Network network = b.network();
  for (const int filters_per_basis : {1, 4, 64}) {
    const auto choices = testing::share_all(network, {3, 5, 3, 7, filters_per_basis}, 11,
                                            filters_per_basis == 4 ? 3 : 0);
    const PackedModel model = pack(network, choices, ranges(network, 100));
    validate(model);
    for (std::size_t i = 1; i < model.layers.size(); ++i) {
      const PackedLayer& layer = *model.layers[i];
      EXPECT_LT(layer.relative_error, 0.03) << i << " " << filters_per_basis;
      EXPECT_EQ(layer.shape.depthwise, i == 1 || i == 2 || i == 6);
      if (!layer.dense) {
        EXPECT_EQ(layer.layout, choices[i].decomposition->layout);
      }
    }
  }
}

TEST(Pack, RefusesABatchNormThatIsNotFolded) {
  NetworkBuilder b({2, 4, 4}, 1);
  b.convolution(0, 2, square(1));
  graph::Network network = b.network();
  network.operators[1].batch_norm = graph::BatchNorm{{1, 1}, {0, 0}, {0, 0}, {1, 1}};
  EXPECT_THAT([&] { (void)pack(network, std::vector<LayerChoice>(2), ranges(network)); },
              ::testing::ThrowsMessage<PackError>(::testing::HasSubstr(
                  "operator 'op1' (convolution) has a batch norm beside its weights; fold it")));
}

}  // namespace
}  // namespace sd::pack
