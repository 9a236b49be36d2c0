// validate() accepts what pack() makes, and names what was changed in it.
#include <gmock/gmock.h>

#include <cmath>
#include <functional>

#include "random_network.hpp"

namespace sd::pack {
namespace {

using graph::OperatorKind;
using testing::decompose_all;
using ::testing::HasSubstr;
using testing::NetworkBuilder;
using testing::random_network;
using testing::ranges;
using testing::square;
using ::testing::ThrowsMessage;

TEST(Validate, AcceptsWhatPackMakes) {
  for (std::uint64_t seed = 100; seed < 115; ++seed) {
    const graph::Network network = random_network(seed);
    EXPECT_NO_THROW(
        validate(pack(network, decompose_all(network, 4, 3, seed % 2 == 0), ranges(network))))
        << seed;
  }
}

PackedModel model() {
  NetworkBuilder b({2, 6, 6}, 1);
  const int x = b.convolution(0, 4, square(3, 1, 1));
  b.fully_connected(b.add(x, b.convolution(x, 4, square(1))), 3);
  const graph::Network network = b.network();
  auto choices = decompose_all(network);
  choices[4].decomposition.reset();
  return pack(network, choices, ranges(network));
}

TEST(Validate, NamesWhatIsWrong) {
  EXPECT_NO_THROW(validate(model()));
  const auto expect = [](const std::function<void(PackedModel&)>& spoil, const char* text) {
    PackedModel spoilt = model();
    spoil(spoilt);
    EXPECT_THAT([&] { validate(spoilt); }, ThrowsMessage<PackError>(HasSubstr(text)));
  };
  expect(
      [](auto& m) {
        m.network.operators[3].inputs = {1, 7};
      },
      "operator 'op3' (add) reads operator 7");
  expect([](auto& m) { m.activation_scale.pop_back(); },
         "the packed model has 4 activation scales for 5 operators");
  expect([](auto& m) { m.layers.pop_back(); }, "the packed model has 4 layers for 5 operators");
  expect([](auto& m) { m.elementwise.pop_back(); },
         "the packed model has 4 elementwise stages for 5 operators");
  expect([](auto& m) { m.activation_scale[2] = 0; },
         "operator 'op2' (convolution) has an activation scale of 0; it must be above 0");
  expect([](auto& m) { m.activation_scale[2] = std::nanf(""); }, "has an activation scale of nan");
  expect([](auto& m) { m.layers[1].reset(); },
         "operator 'op1' (convolution) has no packed weights");
  expect([](auto& m) { m.layers[3] = m.layers[1]; },
         "operator 'op3' (add) has packed weights, which its kind does not use");
  expect([](auto& m) { m.layers[1] = m.layers[2]; },
         "operator 'op1' (convolution) has packed weights of another shape");
  expect([](auto& m) { m.layers[1]->layout.rows = 1000; },
         "has a matrix layout that does not follow from its shape");
  expect([](auto& m) { m.layers[1]->layout.columns = 0; }, "has columns = 0; 1 to 64 is allowed");
  expect([](auto& m) { m.layers[1]->layout.slice_rows = 0; }, "has slice_rows = 0");
  expect([](auto& m) { m.layers[1]->rank = 0; }, "has rank = 0; 1 to 16 is allowed");
  expect([](auto& m) { m.layers[1]->rank = 3; },
         "has 96 elements in coefficients; its shape asks for 72");
  expect([](auto& m) { m.layers[1]->levels = 16; }, "has levels = 16; 1 to 15 is allowed");
  expect([](auto& m) { m.layers[1]->coefficients[7] = 4; },
         "has a coefficient = 4; -3 to 3 is allowed");
  expect([](auto& m) { m.layers[1]->coefficients[7] = -128; }, "has a coefficient = -128");
  expect([](auto& m) { m.layers[1]->basis.pop_back(); }, "elements in basis");
  expect([](auto& m) { m.layers[1]->rebuild_shift.pop_back(); },
         "has 3 elements in rebuild_shift; its shape asks for 4");
  expect([](auto& m) { m.layers[1]->rebuild_shift[0] = 16; },
         "has rebuild_shift = 16; 0 to 15 is allowed");
  expect([](auto& m) { m.layers[1]->dense_weights.push_back(1); },
         "has 1 elements in dense_weights; its shape asks for 0");
  expect([](auto& m) { m.layers[4]->dense_weights.pop_back(); }, "elements in dense_weights");
  expect([](auto& m) { m.layers[4]->basis.push_back(1); },
         "has 1 elements in basis; its shape asks for 0");
  expect([](auto& m) { m.layers[1]->weight_scale.pop_back(); }, "has 3 elements in weight_scale");
  expect([](auto& m) { m.layers[1]->weight_scale[0] = -1; },
         "has a weight scale of -1; it must be above 0");
  expect([](auto& m) { m.layers[1]->stages.pop_back(); }, "has 3 elements in stages");
  expect([](auto& m) { m.layers[1]->float_bias.push_back(1); },
         "has 1 elements in float_bias; its shape asks for 4");
  expect([](auto& m) { m.layers[1]->stages[0].multiplier = -1; },
         "has multiplier = -1; 0 to 32767 is allowed");
  expect([](auto& m) { m.layers[1]->stages[0].shift = 48; }, "has shift = 48; 0 to 47 is allowed");
  expect([](auto& m) { m.elementwise[3].multipliers.pop_back(); },
         "operator 'op3' (add) has 1 multipliers; it must have 2");
  expect([](auto& m) { m.elementwise[1].multipliers.push_back(1); },
         "operator 'op1' (convolution) has 1 multipliers; it must have 0");
  expect([](auto& m) { m.elementwise[3].multipliers[0] = -5; },
         "has a multiplier of -5; it must not be negative");
  expect([](auto& m) { m.elementwise[3].shift = 48; }, "has a shift of 48; 0 to 47 is allowed");
}

TEST(Validate, AnAccumulatorThatCouldOverflow) {
  NetworkBuilder b({140000, 1, 1}, 1);
  b.fully_connected(0, 1);
  const graph::Network network = b.network();
  PackedModel m = pack(network, std::vector<LayerChoice>(2), {1.0F, 1.0F});
  EXPECT_NO_THROW(validate(m));
  std::fill(m.layers[1]->dense_weights.begin(), m.layers[1]->dense_weights.end(),
            std::int8_t{-128});
  EXPECT_THAT([&] { validate(m); },
              ThrowsMessage<PackError>(HasSubstr("could leave the 32-bit accumulator")));
}

}  // namespace
}  // namespace sd::pack
