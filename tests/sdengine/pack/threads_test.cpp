// pack() gives the same model for every number of threads.
#include <gmock/gmock.h>
#include <tbb/global_control.h>

#include "equal_models.hpp"
#include "shared_bases.hpp"

namespace sd::pack {
namespace {

using testing::expect_equal;
using testing::random_network;
using testing::ranges;

PackedModel pack_with_threads(std::size_t threads, std::uint64_t seed) {
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
  graph::Network network = random_network(seed);
  const auto choices = testing::share_all(network, {3, 4, 3, 8, 3}, seed, 4);
  return pack(network, choices, ranges(network));
}

TEST(Pack, IsTheSameForEveryNumberOfThreads) {
  for (std::uint64_t seed = 40; seed < 46; ++seed)
    for (const std::size_t threads : {2U, 5U})
      expect_equal(pack_with_threads(1, seed), pack_with_threads(threads, seed));
}

TEST(Pack, NamesTheFirstLayerThatCannotBePackedWhateverThreadSeesItFirst) {
  testing::NetworkBuilder b({3, 4, 4}, 1);
  int x = 0;
  for (int k = 0; k < 8; ++k) x = b.convolution(x, 3, testing::square(1));
  graph::Network network = b.network();
  for (const std::size_t bad : {3U, 5U, 8U}) network.operators[bad].weights[0] = INFINITY;
  for (int repeat = 0; repeat < 10; ++repeat)
    EXPECT_THAT([&] { (void)pack(network, std::vector<LayerChoice>(9), ranges(network)); },
                ::testing::ThrowsMessage<PackError>(::testing::HasSubstr("operator 'op3'")));
}

}  // namespace
}  // namespace sd::pack
